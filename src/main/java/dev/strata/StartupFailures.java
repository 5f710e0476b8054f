package dev.strata;

import dev.strata.access.OpenAddressException;
import dev.strata.access.accounts.OpenAccountsException;
import dev.strata.access.passwords.PasswordFileException;
import dev.strata.access.policy.PolicyException;
import dev.strata.storage.directory.DataDirectoryException;
import dev.strata.upkeep.migration.UnfinishedMigrationException;
import dev.strata.web.connector.PortException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Says in words why a start was refused. */
class StartupFailures implements FailureAnalyzer {

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String action = action(cause);
            if (action != null) {
                return new FailureAnalysis(cause.getMessage() + ".", action, cause);
            }
        }
        return null;
    }

    private static @Nullable String action(Throwable cause) {
        return switch (cause) {
            case OpenAddressException e -> "Bind it to this machine with --server.address=127.0.0.1, "
                    + "let people sign in with --strata.access.admin-password, "
                    + "or say that everyone may push and pull with --strata.access.anonymous=true.";
            case OpenAccountsException e -> "Say that people sign in with --strata.access.login=true, "
                    + "or that everyone may push and pull with --strata.access.anonymous=true.";
            case PasswordFileException e -> "Correct the file that strata.access.htpasswd names.";
            case PolicyException e -> "Correct the file that strata.access.policy names.";
            case DataDirectoryException e -> "Choose another directory with --strata.data-dir, stop the other process, "
                    + "or let the user that runs Strata write there.";
            case UnfinishedMigrationException e -> "Give the command strata migrate again, or choose another database.";
            case PortException e -> "Choose a port with --server.port.";
            case UnknownSettingException e -> "Correct its name or leave it out. Strata's own settings are "
                    + String.join(", ", e.known()) + ".";
            default -> null;
        };
    }
}
