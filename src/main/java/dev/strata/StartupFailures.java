package dev.strata;

import dev.strata.access.OpenAddressException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in words why a start was refused. */
class StartupFailures extends AbstractFailureAnalyzer<OpenAddressException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OpenAddressException cause) {
        return new FailureAnalysis(
                cause.getMessage() + ".",
                "Bind it to this machine with --server.address=127.0.0.1, "
                        + "or say that everyone may push and pull with --strata.access.anonymous=true.",
                cause);
    }
}
