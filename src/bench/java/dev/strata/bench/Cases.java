package dev.strata.bench;

import java.util.ArrayList;
import java.util.List;

/** All cases, in the order in which a round goes through them. */
final class Cases {

    private static final List<Integer> CLIENTS = List.of(1, 8, 64);
    private static final int CONNECTIONS = 16;
    private static final int CACHE_CLIENTS = 8;
    private static final int PAGE = 100;

    private Cases() {
    }

    /** Those of registries that store in PostgreSQL and on S3. */
    static List<Case> shared(Scale scale) {
        List<Case> cases = new ArrayList<>();
        for (int clients : List.of(1, 8)) {
            cases.add(new PullCase(true, scale.large(), clients));
            cases.add(new RedirectedPullCase(scale.large(), clients));
        }
        for (boolean streamed : new boolean[] {true, false}) {
            cases.add(new PushCase(true, scale.large(), 1, streamed));
        }
        cases.add(new PushCase(false, scale.small(), 8, true));
        ManifestPushCase push = new ManifestPushCase(CONNECTIONS);
        ManifestReadCase read = new ManifestReadCase(ManifestReadCase.Kind.TAG, CONNECTIONS);
        ProbeCase probe = new ProbeCase(CONNECTIONS);
        cases.add(push);
        cases.add(read);
        ReplicasCase.Others others = new ReplicasCase.Others();
        for (int replicas : ReplicasCase.COUNTS) {
            cases.add(new ReplicasCase(read, replicas, read::read, others));
            cases.add(new ReplicasCase(push, replicas, push::push, others));
            cases.add(new ReplicasCase(probe, replicas, probe::probe, others));
        }
        return cases;
    }

    static List<Case> all(Scale scale, int rounds) {
        List<Case> cases = new ArrayList<>();
        CLIENTS.forEach(clients -> cases.add(new PullCase(true, scale.large(), clients)));
        CLIENTS.forEach(clients -> cases.add(new PullCase(false, scale.small(), clients)));
        for (boolean streamed : new boolean[] {true, false}) {
            scale.largePushClients()
                    .forEach(clients -> cases.add(new PushCase(true, scale.large(), clients, streamed)));
            CLIENTS.forEach(clients -> cases.add(new PushCase(false, scale.small(), clients, streamed)));
        }
        cases.add(new PresentPushCase(true, scale.large(), 1));
        cases.add(new PresentPushCase(false, scale.small(), 8));
        cases.add(new ManifestPushCase(1));
        cases.add(new ManifestPushCase(CONNECTIONS));
        for (ManifestReadCase.Kind kind : ManifestReadCase.Kind.values()) {
            cases.add(new ManifestReadCase(kind, CONNECTIONS));
        }
        for (SignedInReadCase.Way way : SignedInReadCase.Way.values()) {
            cases.add(new SignedInReadCase(way, CONNECTIONS));
        }
        for (int page : new int[] {0, PAGE}) {
            cases.add(new TagListCase(false, scale.fewTags(), page, CONNECTIONS));
            cases.add(new TagListCase(true, scale.manyTags(), page, CONNECTIONS));
        }
        for (int percentile : StepsCase.PERCENTILES) {
            cases.add(new StepsCase(percentile, CACHE_CLIENTS));
        }
        cases.add(new ProbeCase(CONNECTIONS));
        cases.add(new ImagePushCase());
        cases.add(new ImagePullCase());
        cases.add(new FarmPushCase());
        cases.add(new BusyMemoryCase(false, scale.large()));
        cases.add(new BusyMemoryCase(true, scale.large()));
        cases.add(new StartCase(false));
        cases.add(new StartCase(true));
        cases.add(new SavingsReportCase(scale.savingsImages()));
        Collecting collecting = new Collecting(scale.collectedBlobs(), rounds);
        for (CollectionCase.Kind kind : CollectionCase.Kind.values()) {
            cases.add(new CollectionCase(kind, collecting));
        }
        return cases;
    }
}
