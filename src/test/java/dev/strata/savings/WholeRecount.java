package dev.strata.savings;

import static org.awaitility.Awaitility.await;

import dev.strata.savings.check.Recount;
import org.springframework.dao.ConcurrencyFailureException;

/** A recount of everything, by a process that shares its database with those of other tests. */
final class WholeRecount {

    private WholeRecount() {}

    /** Recounts once nobody else does. */
    static void by(Recount recount) {
        await("the recount").ignoreExceptionsInstanceOf(ConcurrencyFailureException.class)
                .until(() -> {
                    recount.all();
                    return true;
                });
    }
}
