package dev.strata.access.refresh;

import org.springframework.scheduling.annotation.Scheduled;

/** Deletes refresh tokens that are over, as many as there are, some in a transaction; where there are none, nothing is written. */
class RefreshTokenExpiry {

    private final RefreshTokens tokens;

    RefreshTokenExpiry(RefreshTokens tokens) {
        this.tokens = tokens;
    }

    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void run() {
        while (tokens.haveExpired()) {
            tokens.deleteExpired();
        }
    }
}
