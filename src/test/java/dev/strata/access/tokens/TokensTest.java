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

    private final MovableClock clock = new MovableClock();
    private final SigningKeys keys;
    private final Tokens tokens;

    @Autowired
    TokensTest(SigningKeys keys) {
        this.keys = keys;
        this.tokens = new Tokens(keys, clock);
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
        clock.moveOn(Tokens.LIFETIME.plusSeconds(55));
        assertThat(tokens.verify(token)).isPresent();
        clock.moveOn(Duration.ofSeconds(10));
        assertThat(tokens.verify(token)).isEmpty();
        assertThat(new Tokens(keys, clock).verify(token)).isEmpty();
    }

    @Test
    void aTokenOutlivesTheKeyThatSignedIt() {
        String token = tokens.issue(Caller.ANONYMOUS, RIGHTS);
        keys.rotate();
        assertThat(new Tokens(keys, clock).verify(token)).isPresent();
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
