package dev.strata.access.decisions;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.callers.TestCallers;
import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The cache of another repository answers only who may pull there and upload here, and says nothing of itself to others. */
@WithRules
class SharedCacheRightsTest {

    private static final String RESOLVE = "{\"platform\":\"linux/amd64\",\"lease\":{\"ttl_s\":60},\"stages\":[{\"name\":\"final\","
            + "\"base\":\"scratch\",\"steps\":[{\"op\":\"run\",\"argv\":[\"/bin/sh\",\"-c\",\"%s\"]}]}]}";

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @BeforeEach
    void grant() {
        policy.become("""
                grants:
                  - {who: [account:ann, account:bob, account:cid], on: shared/rights/here/**, may: pull}
                  - {who: [account:ann, account:bob], on: shared/rights/here/**, may: push}
                  - {who: [account:ann, account:bob, account:job], on: shared/rights/here/**, may: [pull, cache], cache: "**"}
                  - {who: [account:ann, account:cid, account:job], on: shared/rights/there, may: pull}
                """);
    }

    private static Step theStep(String command) {
        return step(Optional.empty(), run(command));
    }

    private static String[] as(String account) {
        return new String[] {TestCallers.CALLER, "account " + account};
    }

    private static JsonNode ask(CacheCalls cache, String endpoint, String command, String... headers) {
        Answer answer = cache.post(endpoint, RESOLVE.formatted(command), headers);
        assertThat(answer).isJson(200);
        return answer.json().get("stages").get(0).get("steps").get(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ann |                                  | 200
            bob |                                  | 404
            cid |                                  | 404
            job |                                  | 200
            ann | shared/rights/here/%1$s=pull,push | 200
            ann | shared/rights/here/%1$s=pull      | 404
            """)
    void onlyWhoMayPullThereAndUploadHereGetsALayer(String account, String token, int status) {
        String name = account + Integer.toHexString((account + token).hashCode());
        TestLayer layer = TestLayer.of(9_200 + name.hashCode());
        assertThat(new CacheCalls(registry, "shared/rights/there").commit(theStep(name), layer)).isJson(201);
        CacheCalls here = new CacheCalls(registry, "shared/rights/here/" + name);
        String[] headers = token == null
                ? as(account)
                : new String[] {TestCallers.CALLER, "account " + account, TestCallers.TOKEN, token.formatted(name)};

        assertThat(here.get(theStep(name).key(), "", headers)).isJson(status);
        assertThat(ask(here, "resolve", name, headers).get("status").stringValue())
                .isEqualTo(status == 200 ? "hit" : "miss");
        assertThat(registry.getBlob(here.repository(), layer.digest())).hasStatus(status);
    }

    @Test
    void whoMayNotReadARepositoryIsToldNothingOfIt() {
        CacheCalls there = new CacheCalls(registry, "shared/rights/there");
        assertThat(there.commit(theStep("hidden"), TestLayer.of(9_300))).isJson(201);
        assertThat(ask(there, "resolve", "hidden and leased").has("lease")).isTrue();
        CacheCalls here = new CacheCalls(registry, "shared/rights/here/hidden");
        registry.pushBlob(here.repository(), TestLayer.of(9_301).content()); // it exists

        JsonNode leased = ask(here, "resolve", "hidden and leased", as("bob"));
        assertThat(leased.has("held")).isFalse();
        assertThat(leased.has("lease")).isTrue();
        for (String endpoint : new String[] {"explain", "resolve"}) {
            JsonNode hidden = ask(here, endpoint, "hidden", as("bob"));
            JsonNode unknown = ask(here, endpoint, "never seen", as("bob"));
            assertThat(hidden.propertyNames()).containsExactlyElementsOf(unknown.propertyNames());
            assertThat(hidden.get("reason")).isEqualTo(unknown.get("reason"));
        }
        assertThat(ask(here, "explain", "hidden", as("cid")).get("elsewhere").toString())
                .isEqualTo("{\"repository\":\"shared/rights/there\",\"scope\":\"main\",\"why\":\"MAY_NOT_PUSH\"}");
    }

    @Test
    void whoMayReadBothWaitsForTheOneWhoRunsTheStep() {
        CacheCalls there = new CacheCalls(registry, "shared/rights/there");
        CacheCalls here = new CacheCalls(registry, "shared/rights/here/leased");
        registry.pushBlob(there.repository(), TestLayer.of(9_310).content()); // they exist
        registry.pushBlob(here.repository(), TestLayer.of(9_310).content());
        assertThat(ask(there, "resolve", "leased there").has("lease")).isTrue();

        assertThat(ask(here, "resolve", "leased there", as("ann")).has("held")).isTrue();
    }

    @Test
    void figuresDoNotNameWhatMayNotBeRead() {
        assertThat(new CacheCalls(registry, "shared/rights/there").commit(theStep("figures"), TestLayer.of(9_320))).isJson(201);
        CacheCalls here = new CacheCalls(registry, "shared/rights/here/figures");
        assertThat(ask(here, "resolve", "figures", as("ann")).get("status").stringValue()).isEqualTo("hit");

        assertThat(origins(here, "ann")).containsExactly("shared/rights/here/figures=0", "shared/rights/there=1");
        assertThat(origins(here, "bob")).containsExactly("=1", "shared/rights/here/figures=0");
    }

    private String[] origins(CacheCalls cache, String account) {
        return registry.get(cache.path("stats?by=origin"), as(account)).json().get("groups").valueStream()
                .map(group -> group.get("name").stringValue() + "=" + group.get("hits").intValue())
                .toArray(String[]::new);
    }
}
