package dev.strata.access.accounts;

import org.springframework.scheduling.annotation.Scheduled;

/** Starts what reads entities once the server has started, so that neither the start nor the first login waits for it. */
class EarlyEntities {

    private final Accounts accounts;

    EarlyEntities(Accounts accounts) {
        this.accounts = accounts;
    }

    /** Once. Nobody has this name. */
    @Scheduled(initialDelayString = "PT1S")
    void start() {
        accounts.find("");
    }
}
