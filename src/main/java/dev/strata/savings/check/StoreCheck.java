package dev.strata.savings.check;

import java.time.Instant;
import java.util.Optional;

/** What is known from looking at everything that the store of the blobs holds. */
public interface StoreCheck {

    /** How many bytes of blobs nothing accounts for. */
    long unexplained();

    /** How many bytes of uploads under way lie there, and not in the data directory. */
    long uploads();

    /** When the last look at everything began. */
    Optional<Instant> checkedAt();
}
