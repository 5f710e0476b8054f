package dev.strata.access.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.testing.Answer;
import dev.strata.testing.OpenApiDocument;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The OpenAPI document says what the endpoints below /api/access take and answer. */
@RegistryTest
@Import(TestPolicy.class)
@TestPropertySource(properties = {"strata.access.admin-password=the first secret", "strata.access.totals=logged-in"})
class AccessOpenApiTest {

    private static final String PREFIX = "/api/access";

    @Autowired
    RegistryClient registry;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mapping;

    private OpenApiDocument document = new OpenApiDocument(JsonMapper.shared().createObjectNode());

    @BeforeEach
    void read() {
        document = OpenApiDocument.of(registry);
    }

    @Test
    void everyEndpointIsInTheDocumentAndNoOther() {
        Set<String> served = mapping.getHandlerMethods().keySet().stream()
                .flatMap(info -> info.getPatternValues().stream()
                        .filter(pattern -> pattern.startsWith(PREFIX))
                        .flatMap(pattern -> info.getMethodsCondition().getMethods().stream()
                                .map(method -> method.name().toLowerCase(Locale.ROOT) + " " + pattern)))
                .collect(Collectors.toSet());
        Set<String> documented = document.operations().stream()
                .filter(operation -> operation.contains(" " + PREFIX))
                .collect(Collectors.toSet());
        assertThat(documented).isEqualTo(served);
    }

    /** As the first administrator, and held to the document. */
    private JsonNode ask(int status, String method, String path, String request, String body) {
        return ask("admin", "the first secret", status, method, path, request, body);
    }

    private JsonNode ask(String name, String password, int status, String method, String path, String request, String body) {
        String login = Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
        String[] headers = name.isEmpty()
                ? new String[] {"Content-Type", "application/json"}
                : new String[] {"Content-Type", "application/json", "Authorization", "Basic " + login};
        Answer answer = registry.send(method, PREFIX + request, BodyPublishers.ofString(body), headers);
        assertThat(answer).hasStatus(status);
        document.check(method.toLowerCase(Locale.ROOT), PREFIX + path, answer);
        return answer.body().length == 0 ? JsonMapper.shared().createObjectNode() : answer.json();
    }

    /** A body that the document allows. */
    private String wish(String schema, String body) {
        assertThat(document.problems(schema, JsonMapper.shared().readTree(body))).isEmpty();
        return body;
    }

    @Test
    void accountsAreAsTheDocumentSays() {
        String account = wish("NewAccount", """
                {"name":"open-ann","password":"ann's secret","administrator":false,"groups":["weavers"]}""");
        ask(201, "POST", "/accounts", "/accounts", account);
        ask(409, "POST", "/accounts", "/accounts", account);
        ask(400, "POST", "/accounts", "/accounts", "{\"name\":\"open-ben\"}");
        ask(200, "GET", "/accounts", "/accounts?n=1000", "");
        ask(400, "GET", "/accounts", "/accounts?n=x", "");
        ask(200, "PATCH", "/accounts/{account}", "/accounts/open-ann", wish("AccountChange", """
                {"password":"ann's other secret","administrator":true,"groups":[]}"""));
        ask("open-ann", "ann's other secret", 204, "PUT", "/me/password", "/me/password", wish("Passwords", """
                {"old":"ann's other secret","new":"ann's last secret"}"""));
        ask("", "", 401, "PUT", "/me/password", "/me/password", "{}");
        ask(200, "DELETE", "/accounts/{account}/tokens", "/accounts/open-ann/tokens", "");
        ask(204, "DELETE", "/accounts/{account}", "/accounts/open-ann", "");
        ask(404, "DELETE", "/accounts/{account}", "/accounts/open-ann", "");
        ask("", "", 401, "GET", "/accounts", "/accounts", "");
        ask(200, "GET", "/people", "/people", "");
        ask(404, "DELETE", "/people/{id}", "/people/1000000", "");
    }

    @Test
    void sessionsAreAsTheDocumentSays() {
        ask("", "", 200, "GET", "/session", "/session", "");
        ask(200, "GET", "/session", "/session", "");
        ask("", "", 201, "POST", "/session", "/session", wish("NameAndPassword", """
                {"name":"admin","password":"the first secret"}"""));
        ask("", "", 400, "POST", "/session", "/session", "{}");
        ask("", "", 204, "DELETE", "/session", "/session", "");
        ask("", "", 200, "GET", "/me", "/me", "");
        ask(200, "GET", "/me", "/me", "");
        ask("", "", 404, "GET", "/login/{issuer}", "/login/nobody", "");
        ask("", "", 404, "GET", "/login/{issuer}/callback", "/login/nobody/callback", "");
    }

    @Test
    void robotsAreAsTheDocumentSays() {
        ask(201, "POST", "/robots", "/robots", wish("NewRobot", """
                {"name":"open-ci","repositories":["open/**"],"actions":["pull","cache"],"cache_scopes":["main"],
                 "expires_at":"2100-01-01T00:00:00Z"}"""));
        ask(201, "POST", "/robots/{robot}/secrets", "/robots/open-ci/secrets", wish("Rotation", "{\"overlap\":\"PT1H\"}"));
        ask(200, "GET", "/robots", "/robots?n=1000", "");
        ask(204, "DELETE", "/robots/{robot}", "/robots/open-ci", "");
        ask(404, "DELETE", "/robots/{robot}", "/robots/open-ci", "");
    }

    @Test
    void thePolicyIsAsTheDocumentSays() {
        entries("grants", "GrantWish", """
                {"who":{"issuer":"https://issuer","claims":{"sub":["a","b"]}},"on":"open/**","may":["pull","cache"],"cache":"main"}""");
        entries("immutable", "ImmutableTagsWish", "{\"on\":[\"open/**\"],\"tags\":\"v*\"}");
        entries("quotas", "QuotaWish", "{\"on\":\"open/**\",\"bytes\":\"1GB\"}");
        ask(200, "GET", "/explain", "/explain?as=account:admin&on=open/web&may=push", "");
        ask(400, "GET", "/explain", "/explain?as=account:admin&on=open/web&may=fly", "");
        ask(200, "GET", "/audit", "/audit?n=1000", "");
        ask(400, "GET", "/audit", "/audit?n=x", "");
    }

    private void entries(String path, String schema, String wish) {
        long id = ask(201, "POST", "/" + path, "/" + path, wish(schema, wish)).path("id").longValue();
        ask(400, "POST", "/" + path, "/" + path, "{}");
        ask(200, "GET", "/" + path, "/" + path + "?n=1000", "");
        ask(204, "DELETE", "/" + path + "/{id}", "/" + path + "/" + id, "");
        ask(404, "DELETE", "/" + path + "/{id}", "/" + path + "/" + id, "");
    }
}
