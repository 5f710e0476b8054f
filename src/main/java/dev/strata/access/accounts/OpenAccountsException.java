package dev.strata.access.accounts;

/** The registry has accounts, and would be open to everyone without them. */
public class OpenAccountsException extends RuntimeException {

    OpenAccountsException() {
        super("Strata has accounts, but no setting says that people sign in, so it would be open to everyone");
    }
}
