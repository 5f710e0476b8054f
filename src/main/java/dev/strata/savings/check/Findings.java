package dev.strata.savings.check;

import dev.strata.savings.ledger.Correction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What a step of the recount found wrong, and what mends it. */
final class Findings {

    final List<String> differences = new ArrayList<>();
    final List<Consumer<Correction>> corrections = new ArrayList<>();
    /** Their blobs and manifests are to be compared with the registry's. */
    final Set<Subject> blobs = new HashSet<>();
    final Set<Subject> manifests = new HashSet<>();

    record Subject(long repositoryId, long id) {}

    /** A figure, which is corrected by what it is wrong by. */
    void figure(String what, Object booked, Object counted, Consumer<Correction> correction) {
        if (!booked.equals(counted)) {
            differences.add(what + " is " + booked + " instead of " + counted);
            corrections.add(correction);
        }
    }

    void manifest(long repositoryId, long manifestId, String what, Object booked, Object counted) {
        if (!booked.equals(counted)) {
            differences.add(what + " of manifest " + manifestId + " in repository " + repositoryId + " is " + booked
                    + " instead of " + counted);
            manifests.add(new Subject(repositoryId, manifestId));
        }
    }

    void blob(long repositoryId, long blobId, String what, Object booked, Object counted) {
        if (!booked.equals(counted)) {
            differences.add(what + " of blob " + blobId + " in repository " + repositoryId + " is " + booked
                    + " instead of " + counted);
            blobs.add(new Subject(repositoryId, blobId));
        }
    }
}
