package dev.strata.upkeep.collection;

import dev.strata.database.work.Work.Outcome;
import dev.strata.database.work.WorkQueue;
import dev.strata.registry.manifests.ManifestForgetting;
import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Follows manifests that left a repository: what they named there, and then they themselves. */
@Component
class ManifestCollection {

    private static final Duration UNTIL_FOLLOWED = Duration.ofMillis(500);
    private static final String HIDDEN = "hidden";

    private final LinkCollection links;
    private final ManifestForgetting forgetting;
    private final Followers followers;
    private final BinHolds bin;
    private final Garbage garbage;
    private final WorkQueue queue;
    private final JdbcTemplate jdbc;

    ManifestCollection(
            LinkCollection links,
            ManifestForgetting forgetting,
            Followers followers,
            BinHolds bin,
            Garbage garbage,
            WorkQueue queue,
            JdbcTemplate jdbc) {
        this.links = links;
        this.forgetting = forgetting;
        this.followers = followers;
        this.bin = bin;
        this.garbage = garbage;
        this.queue = queue;
        this.jdbc = jdbc;
    }

    /** Looks at some more of what a manifest named in a repository that it left. */
    Outcome leave(CollectionSubject.LeftRepository left, Optional<String> progress) {
        boolean cameBack = !jdbc.queryForList(
                        "select manifest_id from manifest_link where repository_id = ? and manifest_id = ?",
                        Long.class,
                        left.repositoryId(),
                        left.manifestId())
                .isEmpty();
        if (cameBack) {
            return new Outcome.Done();
        }
        long next = links.collectNamed(
                left.repositoryId(), left.manifestId(), progress.map(Long::parseLong).orElse(0L));
        if (next > 0) {
            return new Outcome.GoOn(String.valueOf(next));
        }
        queue.add(Collection.NAME, new CollectionSubject.Leftover(left.manifestId()).text());
        garbage.leftRepository(left.repositoryId());
        return new Outcome.Done();
    }

    /** Deletes some more of a manifest that no repository has. */
    Outcome forget(long manifestId, Optional<String> progress) {
        if (progress.filter(HIDDEN::equals).isPresent()) {
            return forgetting.deleteSome(manifestId) ? new Outcome.Done() : new Outcome.GoOn(HIDDEN);
        }
        if (forgetting.isLinked(manifestId)) {
            return new Outcome.Done();
        }
        if (progress.isEmpty()) {
            return new Outcome.GoOn("after " + followers.mark());
        }
        if (!followers.haveReached(Followers.Mark.of(progress.get().substring("after ".length())))) {
            return new Outcome.Later(UNTIL_FOLLOWED);
        }
        return forgetting.hide(manifestId, bin::hasManifest) ? new Outcome.GoOn(HIDDEN) : new Outcome.Done();
    }
}
