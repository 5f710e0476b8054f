package dev.strata.access.accounts;

import org.springframework.scheduling.annotation.Scheduled;

/** Deletes refresh tokens that are over, some at a time; where there are none, nothing is written. */
class RefreshTokenExpiry {

    private final RefreshTokens tokens;

    RefreshTokenExpiry(RefreshTokens tokens) {
        this.tokens = tokens;
    }

    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void run() {
        if (tokens.haveExpired()) {
            tokens.deleteExpired();
        }
    }
}
