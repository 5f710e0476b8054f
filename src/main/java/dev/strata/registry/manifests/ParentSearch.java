package dev.strata.registry.manifests;

import dev.strata.oci.Digest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Looks for the manifests of a repository that name something. Very many manifests of other repositories may name it too: they
 * are looked at before a transaction, in as long as it takes; within it only what came to the repository since then is.
 */
@Component
public class ParentSearch {

    /** So many are looked at within a transaction. */
    private static final int FEW = 200;
    private static final int A_PAGE = 1_000;
    /** A clock may be put back. */
    private static final Duration AT_ODDS = Duration.ofSeconds(10);

    private final ReferenceTable references;
    private final ManifestLinkTable links;
    private final Clock clock;

    ParentSearch(ReferenceTable references, ManifestLinkTable links, Clock clock) {
        this.references = references;
        this.links = links;
        this.clock = clock;
    }

    /** Some of them, as it is now. Not for a transaction that writes. */
    public List<ReferenceTable.Parent> find(long repositoryId, Digest part, int limit) {
        return lookFor(repositoryId, part, limit).found;
    }

    /** Looks for some of them before a transaction, which asks the look again. */
    public Look lookFor(long repositoryId, Digest part, int limit) {
        Instant since = clock.instant().minus(AT_ODDS);
        List<ReferenceTable.Parent> found = new ArrayList<>();
        List<ReferenceTable.Naming> page;
        int looked = 0;
        long last = 0;
        do {
            page = references.naming(part, repositoryId, last, looked == 0 ? FEW : A_PAGE);
            parents(page).limit(limit - found.size()).forEach(found::add);
            last = page.isEmpty() ? last : page.getLast().id();
            looked += page.size();
        } while (page.size() >= FEW && found.size() < limit);
        return new Look(repositoryId, part, since, found, looked < FEW);
    }

    private static Stream<ReferenceTable.Parent> parents(List<ReferenceTable.Naming> page) {
        return page.stream().flatMap(naming -> naming.parent().stream()).distinct();
    }

    /** What was found before a transaction. */
    public final class Look {

        private final long repositoryId;
        private final Digest part;
        private final Instant since;
        private final List<ReferenceTable.Parent> found;
        private final boolean wereFew;

        private Look(
                long repositoryId, Digest part, Instant since, List<ReferenceTable.Parent> found, boolean wereFew) {
            this.repositoryId = repositoryId;
            this.part = part;
            this.since = since;
            this.found = found;
            this.wereFew = wereFew;
        }

        /**
         * Some of them as it is now, within the running transaction, which has the repository's lock. Empty where so many
         * manifests came meanwhile that somebody has to look once more.
         */
        public Optional<List<ReferenceTable.Parent>> now() {
            List<ReferenceTable.Naming> all = wereFew
                    ? references.naming(part, repositoryId, 0, FEW)
                    : references.cameSince(since, repositoryId, part, FEW);
            if (all.size() == FEW) {
                return Optional.empty();
            }
            Stream<ReferenceTable.Parent> before = wereFew
                    ? Stream.empty()
                    : found.stream().filter(parent -> links.isLinked(repositoryId, parent.id()));
            return Optional.of(Stream.concat(before, parents(all)).distinct().toList());
        }
    }
}
