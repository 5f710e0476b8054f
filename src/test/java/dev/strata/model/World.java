package dev.strata.model;

import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** The few names and contents that a run is about; few, so that everything happens to everything. */
final class World {

    private static final String[] ARTIFACT_TYPES = {"application/vnd.example.sbom", "application/vnd.example.signature+json"};
    private static final int IMAGES = 14;
    private static final int INDEXES = 6;

    final List<String> repositories;
    final List<byte[]> blobs = new ArrayList<>();
    final List<ManifestText> manifests = new ArrayList<>();
    final List<String> tags = new ArrayList<>(List.of("latest", "1.0", "1.0-rc1", "V2", "_x"));
    private final SplittableRandom random;

    World(SplittableRandom random, String prefix) {
        this.random = random;
        this.repositories = List.of(prefix + "/a", prefix + "/a/b", prefix + "/a-b", prefix + "/z__z");
        for (int size : new int[] {0, 1, 17, 500, 4_000, 70_000, 300_000}) {
            byte[] blob = new byte[size];
            random.nextBytes(blob);
            blobs.add(blob);
        }
        for (int i = 0; i < IMAGES; i++) {
            manifests.add(image(i));
        }
        for (int i = 0; i < INDEXES; i++) {
            manifests.add(ManifestText.index(parts(manifests.stream().map(ManifestText::part).toList()), extras(i)));
        }
        tags.add(referrersTag(manifests.getFirst()));
    }

    /** Under which clients note the referrers where a registry has no list of them. */
    static String referrersTag(ManifestText subject) {
        return subject.digest().replace(':', '-');
    }

    private ManifestText image(int number) {
        List<Part> parts = blobs.stream().map(Part::of).toList();
        return ManifestText.image(any(parts), parts(parts), extras(number));
    }

    private List<Part> parts(List<Part> all) {
        List<Part> some = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            some.add(any(all));
        }
        return some.stream().distinct().toList();
    }

    private Extras extras(int number) {
        Map<String, String> annotations = new HashMap<>(Map.of("number", "" + number));
        if (random.nextBoolean()) {
            annotations.put("org.opencontainers.image.title", "It's ~ number " + number);
        }
        Optional<String> artifactType =
                random.nextBoolean() ? Optional.of(any(List.of(ARTIFACT_TYPES))) : Optional.empty();
        Optional<Part> subject = random.nextInt(3) > 0 && !manifests.isEmpty()
                ? Optional.of(manifests.get(random.nextInt(Math.min(3, manifests.size()))).part())
                : Optional.empty();
        return new Extras(artifactType, subject, Map.copyOf(annotations));
    }

    <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    String artifactType() {
        return any(List.of(ARTIFACT_TYPES[0], ARTIFACT_TYPES[1], ManifestText.CONFIG));
    }
}
