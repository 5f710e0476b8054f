package dev.strata.access.workloads;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.strata.access.AccessProperties.Issuer;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.testing.MovableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens of which issuers show who a workload is. */
class WorkloadTest {

    private static final String AUDIENCE = "https://registry.example";

    private static final RSAKey KEY = TestIssuer.newKey();

    private final TestIssuer issuer = new TestIssuer(KEY);
    private final MovableClock clock = new MovableClock();
    private Workloads workloads = new Workloads(List.of(), clock);

    @BeforeEach
    void trust() {
        workloads = trusting(issuer.issuer() + "/keys");
    }

    @AfterEach
    void close() {
        issuer.close();
    }

    private Workloads trusting(@Nullable String jwks) {
        return new Workloads(
                List.of(new TrustedIssuer(new Issuer("ci", issuer.issuer(), AUDIENCE, jwks), clock)), clock);
    }

    private JWTClaimsSet good() {
        return issuer.claims(AUDIENCE).build();
    }

    private boolean isTaken(JWTClaimsSet.Builder claims) {
        return workloads.check(issuer.sign(claims.build())).isPresent();
    }

    @Test
    void aGoodTokenSaysWhoItIs() {
        Caller caller = workloads.check(issuer.sign(good())).orElseThrow().caller();
        assertThat(caller.kind()).isEqualTo(Caller.Kind.WORKLOAD);
        assertThat(caller.issuer()).isEqualTo("ci");
        assertThat(caller.name()).isEqualTo("repo:acme/web:ref:refs/heads/main");
        assertThat(caller.claims())
                .containsEntry("repository", List.of("acme/web"))
                .containsEntry("kubernetes.io.namespace", List.of("ci"))
                .containsEntry("kubernetes.io.pod.name", List.of("runner-1"));
    }

    @Test
    void theIssuerSaysWhereItsKeysAre() {
        workloads = trusting(null);
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
    }

    @Test
    void keysCanBeInAFile(@TempDir Path directory) throws Exception {
        Path file = Files.write(
                directory.resolve("keys.json"), ("{\"keys\":[" + issuer.key().toPublicJWK() + "]}").getBytes(UTF_8));
        workloads = trusting(file.toUri().toString());
        issuer.setDown(true);
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
    }

    @Test
    void aTokenForAnotherServiceIsRefused() {
        assertThat(isTaken(issuer.claims("https://other.example"))).isFalse();
        assertThat(isTaken(issuer.claims(AUDIENCE).audience(List.of("https://other.example", AUDIENCE)))).isTrue();
        assertThat(isTaken(issuer.claims(AUDIENCE).audience(List.of()))).isFalse();
    }

    @Test
    void aTokenOfAnotherIssuerIsRefused() {
        assertThat(isTaken(issuer.claims(AUDIENCE).issuer("https://other.example"))).isFalse();
        assertThat(isTaken(issuer.claims(AUDIENCE).issuer(issuer.issuer() + "/"))).isFalse();
        assertThat(isTaken(issuer.claims(AUDIENCE).issuer(null))).isFalse();
    }

    @Test
    void clocksMayDifferByAMinute() {
        Instant now = Instant.now();
        assertThat(isTaken(issuer.claims(AUDIENCE).expirationTime(Date.from(now.minusSeconds(50))))).isTrue();
        assertThat(isTaken(issuer.claims(AUDIENCE).expirationTime(Date.from(now.minusSeconds(70))))).isFalse();
        assertThat(isTaken(issuer.claims(AUDIENCE).notBeforeTime(Date.from(now.plusSeconds(50))))).isTrue();
        assertThat(isTaken(issuer.claims(AUDIENCE).notBeforeTime(Date.from(now.plusSeconds(70))))).isFalse();
        assertThat(isTaken(issuer.claims(AUDIENCE).expirationTime(null))).isFalse();
    }

    @Test
    void whatATokenShowedEndsWithIt() {
        Proven proven = workloads.check(issuer.sign(good())).orElseThrow();
        assertThat(proven.stillHolds().getAsBoolean()).isTrue();
        clock.moveOn(Duration.ofSeconds(370));
        assertThat(proven.stillHolds().getAsBoolean()).isFalse();
    }

    @Test
    void tricksWithTheAlgorithmAreRefused() {
        assertThat(workloads.check(issuer.notSigned(good()))).isEmpty();
        assertThat(workloads.check(issuer.signWithThePublicKey(good()))).isEmpty();
        String[] parts = issuer.sign(good()).split("\\.");
        assertThat(workloads.check(parts[0] + "." + parts[1] + ".")).isEmpty();
        String[] others = issuer.sign(issuer.claims(AUDIENCE).claim("repository", "acme/other").build()).split("\\.");
        assertThat(workloads.check(parts[0] + "." + others[1] + "." + parts[2])).isEmpty();
    }

    @Test
    void anUnknownKeyIsAskedForAndRefused() {
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
        RSAKey unknown = TestIssuer.newKey();
        for (int i = 0; i < 20; i++) {
            assertThat(workloads.check(TestIssuer.sign(good(), unknown))).isEmpty();
        }
        assertThat(issuer.fetches()).as("however many there are, the issuer is not flooded").isLessThanOrEqualTo(3);
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
    }

    @Test
    void aNewKeyIsTakenWhenItIsUsed() {
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
        issuer.rotate();
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
    }

    @Test
    void whileTheIssuerIsDownItsKeysStayGood() {
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
        issuer.setDown(true);
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
        assertThat(workloads.check(TestIssuer.sign(good(), TestIssuer.newKey()))).isEmpty();
        assertThat(workloads.check(issuer.sign(good()))).isPresent();
    }

    @Test
    void anIssuerThatIsDownFromTheBeginningShowsNobody() {
        issuer.setDown(true);
        assertThat(workloads.check(issuer.sign(good()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "' '", "['a']", "{}", "@"})
    void aTokenIsOfSomebodyWithAName(String subject) {
        String written = subject.equals("@") ? "'" + "x".repeat(1_001) + "'" : subject;
        String claims = good().toString().replaceFirst("\"sub\":\"[^\"]*\"", "\"sub\":" + written.replace('\'', '"'));
        assertThat(claims).isNotEqualTo(good().toString());
        assertThat(workloads.check(TestIssuer.sign(claims, issuer.key()))).isEmpty();
    }

    @Test
    void whatIsTooLargeIsRefused() {
        assertThat(isTaken(issuer.claims(AUDIENCE).claim("padding", "x".repeat(20_000)))).isFalse();
        Optional<Proven> proven = workloads.check(
                issuer.sign(issuer.claims(AUDIENCE).claim("padding", "x".repeat(7_000)).build()));
        assertThat(proven.orElseThrow().caller().claims()).doesNotContainKey("padding").containsKey("repository");
    }
}
