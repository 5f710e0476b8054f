package dev.strata.access.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.access.callers.RobotTerms;
import dev.strata.access.callers.TokenRights;
import dev.strata.testing.MovableClock;
import dev.strata.testing.RegistryTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Tokens of this registry, and what looks like them. */
@RegistryTest
@TestPropertySource(properties = "strata.access.login=true")
class TokensTest {

    private static final TokenRights RIGHTS = new TokenRights(
            Map.of("team/web", new RepositoryRights(Set.of(Action.PULL, Action.CACHE), List.of("pr-*"))), false, true);

    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final MovableClock clock = new MovableClock();
    private final SigningKeys keys;
    private final Tokens tokens;

    @Autowired
    TokensTest(SigningKeys keys) {
        this.keys = keys;
        this.tokens = tokens(LIFETIME);
    }

    private Tokens tokens(Duration lifetime) {
        return new Tokens(new SignedClaims(keys, clock), clock, lifetime);
    }

    @Test
    void aTokenSaysWhoItIsAndWhatItMayDo() {
        Caller maker = new Caller(
                Kind.ACCOUNT, "ann", "", Set.of("web"), Map.of(), Optional.empty(), Optional.empty());
        Caller robot = new Caller(
                Kind.ROBOT, "ci", "", Set.of(), Map.of(), Optional.empty(),
                Optional.of(new RobotTerms(maker, List.of("team/**"), Set.of(Action.PULL), List.of("x"))));
        Caller workload = new Caller(
                Kind.WORKLOAD, "repo:a", "github", Set.of(), Map.of("ref", List.of("main", "next")),
                Optional.empty(), Optional.empty());
        for (Caller caller : List.of(Caller.ANONYMOUS, maker, robot, workload)) {
            assertThat(tokens.verify(tokens.issue(caller, RIGHTS))).contains(caller.with(RIGHTS));
        }
    }

    @Test
    void aTokenIsGoodForItsLifeAndAMinute() {
        String token = tokens.issue(Caller.ANONYMOUS, RIGHTS);
        clock.moveOn(LIFETIME.plusSeconds(55));
        assertThat(tokens.verify(token)).isPresent();
        clock.moveOn(Duration.ofSeconds(10));
        assertThat(tokens.verify(token)).isEmpty();
        assertThat(tokens(LIFETIME).verify(token)).isEmpty();
    }

    @Test
    void aTokenThatIsToBeOverSoonHasLessOfALeeway() {
        Tokens shortLived = tokens(Duration.ofMinutes(1));
        String token = shortLived.issue(Caller.ANONYMOUS, RIGHTS);
        clock.moveOn(Duration.ofSeconds(70));
        assertThat(shortLived.verify(token)).isPresent();
        clock.moveOn(Duration.ofSeconds(5));
        assertThat(shortLived.verify(token)).isEmpty();
    }

    @Test
    void aWorkloadsLoginIsNoTokenAndEndsByItself() {
        WorkloadLogins logins = new WorkloadLogins(new SignedClaims(keys, clock), clock, Duration.ofHours(1));
        Caller workload = new Caller(
                Kind.WORKLOAD, "repo:a", "github", Set.of(), Map.of("ref", List.of("main")), Optional.empty(), Optional.empty());
        String login = logins.issue(workload).orElseThrow();

        assertThat(logins.check(login)).hasValueSatisfying(proven -> assertThat(proven.caller()).isEqualTo(workload));
        assertThat(tokens.verify(login)).isEmpty();
        assertThat(logins.check(tokens.issue(workload, RIGHTS))).isEmpty();
        assertThat(logins.issue(Caller.of(Kind.ACCOUNT, "ann"))).isEmpty();
        assertThat(new WorkloadLogins(new SignedClaims(keys, clock), clock, Duration.ZERO).issue(workload)).isEmpty();
        clock.moveOn(Duration.ofMinutes(59));
        assertThat(logins.check(login)).isPresent();
        clock.moveOn(Duration.ofMinutes(2));
        assertThat(logins.check(login)).isEmpty();
    }

    @Test
    void aTokenOutlivesTheKeyThatSignedIt() {
        String token = tokens.issue(Caller.ANONYMOUS, RIGHTS);
        keys.rotate();
        assertThat(tokens(LIFETIME).verify(token)).isPresent();
        String newer = tokens.issue(Caller.ANONYMOUS, RIGHTS);
        assertThat(newer.split("\\.")[0]).isNotEqualTo(token.split("\\.")[0]);
        assertThat(tokens.verify(newer)).isPresent();
    }

    private String forged(Consumer<JWTClaimsSet.Builder> change, String kid, byte[] secret, JWSAlgorithm algorithm)
            throws Exception {
        JWTClaimsSet good =
                SignedJWT.parse(tokens.issue(Caller.of(Kind.ACCOUNT, "admin"), RIGHTS)).getJWTClaimsSet();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder(good);
        change.accept(claims);
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), claims.build());
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    @Test
    void whatIsNoTokenOfThisRegistryIsRefused() throws Exception {
        String kid = keys.newest().getKeyID();
        byte[] secret = keys.newest().toByteArray();
        byte[] other = new byte[64];
        assertThat(tokens.verify(forged(claims -> {}, kid, secret, JWSAlgorithm.HS256))).isPresent();

        assertThat(tokens.verify(forged(claims -> {}, kid, other, JWSAlgorithm.HS256))).isEmpty();
        assertThat(tokens.verify(forged(claims -> {}, "another", other, JWSAlgorithm.HS256))).isEmpty();
        assertThat(tokens.verify(forged(claims -> {}, kid, other, JWSAlgorithm.HS512))).isEmpty();
        assertThat(tokens.verify(forged(claims -> claims.audience("other"), kid, secret, JWSAlgorithm.HS256)))
                .isEmpty();
        assertThat(tokens.verify(forged(claims -> claims.issuer("other"), kid, secret, JWSAlgorithm.HS256)))
                .isEmpty();
        assertThat(tokens.verify(forged(claims -> claims.expirationTime(null), kid, secret, JWSAlgorithm.HS256)))
                .isEmpty();
        assertThat(tokens.verify(forged(claims -> claims.claim("kind", 1), kid, secret, JWSAlgorithm.HS256)))
                .isEmpty();
        JWTClaimsSet good = SignedJWT.parse(tokens.issue(Caller.ANONYMOUS, RIGHTS)).getJWTClaimsSet();
        assertThat(tokens.verify(new PlainJWT(good).serialize())).isEmpty();
        assertThat(tokens.verify("x".repeat(100_000))).isEmpty();
        assertThat(tokens.verify("")).isEmpty();
    }
}
