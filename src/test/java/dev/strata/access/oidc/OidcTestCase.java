package dev.strata.access.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Rights;
import dev.strata.access.people.People;
import dev.strata.access.policy.TestPolicy;
import dev.strata.access.workloads.TestIssuer;
import dev.strata.oci.RepositoryName;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A registry where people log in at either of two issuers, with browsers and at the command line. */
@RegistryTest
@Import(TestPolicy.class)
abstract class OidcTestCase {

    static final TestIssuer CORP = new TestIssuer();
    static final TestIssuer OTHER = new TestIssuer();
    static final String ADMIN =
            "Basic " + Base64.getEncoder().encodeToString("admin:the first secret".getBytes(UTF_8));

    @DynamicPropertySource
    static void trust(DynamicPropertyRegistry settings) {
        settings.add("strata.access.admin-password", () -> "the first secret");
        String corp = "strata.access.issuers[0].";
        settings.add(corp + "issuer", CORP::issuer);
        settings.add(corp + "name", () -> "corp");
        settings.add(corp + "title", () -> "The Corporation");
        settings.add(corp + "audience", () -> "workloads");
        settings.add(corp + "client-id", () -> "page");
        settings.add(corp + "client-secret", () -> "page's secret");
        settings.add(corp + "cli-client-id", () -> "command-line");
        settings.add(corp + "groups-claim", () -> "groups");
        String other = "strata.access.issuers[1].";
        settings.add(other + "issuer", OTHER::issuer);
        settings.add(other + "name", () -> "other");
        settings.add(other + "client-id", () -> "public-page");
        settings.add(other + "name-claim", () -> "email");
    }

    final RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    People people;

    @Autowired
    Rights rights;

    final TestBrowser browser;

    OidcTestCase(RegistryClient registry) {
        this.registry = registry;
        this.browser = new TestBrowser(registry);
    }

    @BeforeEach
    void begin() {
        CORP.reset();
        OTHER.reset();
        CORP.setPerson(token -> token.subject("4711").claim("name", "Ann").claim("groups", List.of("weavers")));
        OTHER.setPerson(token -> token.subject("1").claim("email", "ann@example.org").claim("email_verified", true));
        policy.become("""
                grants:
                  - {who: "group:weavers", on: loom/**, may: [pull, push, maintain]}
                  - {who: "person:corp/4711", on: own/**, may: pull}
                  - {who: {issuer: corp, claims: {name: Ann}}, on: claimed/**, may: pull}
                  - {who: ["account:*", "account:corp/4711", "robot:corp/4711"], on: accounts/**, may: pull}
                """);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    boolean mayRead(String repository, TestBrowser by) {
        Caller caller = people.find(by.name()).orElseThrow().caller();
        return rights.of(caller, RepositoryName.of(repository)).allow(Action.PULL);
    }

    void assertFails(Answer answer, TestBrowser by, String reason) {
        assertThat(answer).hasStatus(303);
        assertThat(answer.location()).isEqualTo("/?login=" + reason);
        assertThat(by.name()).isEmpty();
    }

    String answerTo(TestBrowser somebody, String issuer) {
        return registry.get(somebody.begin(issuer, "").toString()).location();
    }

    static String parameter(String address, String name) {
        return Stream.of(URI.create(address).getRawQuery().split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .findFirst()
                .orElseThrow();
    }

    static String basic(String name, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + secret).getBytes(UTF_8));
    }

    String robotOf(TestBrowser maker, String name) {
        String wish = "{\"name\":\"%s\",\"repositories\":[\"loom/**\"],\"actions\":[\"pull\",\"push\"]}".formatted(name);
        String[] headers = Stream.concat(Stream.of(maker.headers()), Stream.of("Sec-Fetch-Site", "same-origin"))
                .toArray(String[]::new);
        Answer made = registry.post("/api/access/robots", wish.getBytes(UTF_8), headers);
        assertThat(made).hasStatus(201);
        assertThat(made.json().path("maker").stringValue()).startsWith("person:");
        return made.json().path("secret").stringValue();
    }

    String commandLineToken(String subject) {
        return CORP.sign(CORP.claims("command-line").subject(subject).claim("groups", List.of("weavers")).build());
    }

    Answer exchange(String token, String more) {
        String form = "grant_type=" + encoded("urn:ietf:params:oauth:grant-type:token-exchange")
                + "&subject_token_type=" + encoded("urn:ietf:params:oauth:token-type:id_token")
                + "&scope=repository:loom/web:pull,push&subject_token=" + token + more;
        return registry.post("/auth/token", form.getBytes(UTF_8), "Content-Type", "application/x-www-form-urlencoded");
    }

    Answer refreshed(String refresh) {
        String form = "grant_type=refresh_token&scope=repository:loom/web:push&refresh_token=" + refresh;
        return registry.post("/auth/token", form.getBytes(UTF_8), "Content-Type", "application/x-www-form-urlencoded");
    }
}
