package dev.strata.access.tokens;

import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Proven;
import dev.strata.access.callers.TokenRights;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What docker keeps for a workload in the place of its platform's token, which is often over before the job has pushed. It
 * says who the workload is. What that may do is asked anew for each token, so that a grant that is taken back is out at once.
 * Nothing is stored: a platform starts any number of jobs.
 */
public final class WorkloadLogins {

    /** No token that this registry takes with a request has it. */
    private static final String AUDIENCE = "strata-login";

    private static final TokenRights NONE = new TokenRights(Map.of(), false, false);

    private final SignedClaims signed;
    private final Clock clock;
    private final Duration lifetime;

    WorkloadLogins(SignedClaims signed, Clock clock, Duration lifetime) {
        this.signed = signed;
        this.clock = clock;
        this.lifetime = lifetime;
    }

    /** A login of a workload; absent for everybody else, and where there are to be none. */
    public Optional<String> issue(Caller caller) {
        return caller.kind() != Kind.WORKLOAD || lifetime.isZero()
                ? Optional.empty()
                : Optional.of(signed.sign(CallerClaims.write(caller, NONE), AUDIENCE, lifetime));
    }

    /** Whose login this is; absent where it is none of this registry's, or is over. */
    public Optional<Proven> check(String text) {
        return signed.read(text, AUDIENCE).flatMap(claims -> {
            try {
                Instant end = claims.getExpirationTime().toInstant();
                Caller caller = CallerClaims.read(claims).withoutToken();
                return Optional.of(new Proven(caller, "", () -> clock.instant().isBefore(end)))
                        .filter(proven -> proven.stillHolds().getAsBoolean());
            } catch (ParseException e) {
                return Optional.empty();
            }
        });
    }
}
