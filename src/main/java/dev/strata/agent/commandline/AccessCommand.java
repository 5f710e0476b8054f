package dev.strata.agent.commandline;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http.Request;
import dev.strata.agent.connection.Http;
import dev.strata.agent.connection.RegistryAddress;
import dev.strata.agent.login.Logins;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Questions about rights, for administrators of a registry. */
@Command(name = "access", mixinStandardHelpOptions = true, description = "Says who may do what.")
final class AccessCommand {

    private static final int NOT_ALLOWED = 1;

    private final PrintStream out;
    private final Http.Limits limits;
    private final Logins logins;

    AccessCommand(PrintStream out, Http.Limits limits, Logins logins) {
        this.out = out;
        this.limits = limits;
        this.logins = logins;
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = "Says whether somebody may do something, and by which grant. Exits with 1 where they may not.")
    int explain(
            @Option(names = "--registry", defaultValue = "http://127.0.0.1:5000", description = "By default ${DEFAULT-VALUE}.")
                    String registry,
            @Mixin ConnectionOptions connection,
            @Option(
                            names = "--as",
                            required = true,
                            description = "Who: account:alice, robot:ci, group:web, certificate:CN=agent, issuer:https://…, "
                                    + "or anonymous.")
                    String as,
            @Option(names = "--on", required = true, description = "The repository.") String on,
            @Option(names = "--may", required = true, description = "pull, push, delete, cache, maintain or admin.")
                    String may,
            @Option(names = "--scope", description = "A scope of the layer cache.") Optional<String> scope,
            @Option(names = "--claim", description = "A claim of the issuer's token, as name=value.") List<String> claims) {
        try {
            Http http = RegistryAddress.of(registry, connection).open(connection, limits, logins);
            return print(ask(http, query(as, on, may, scope, claims == null ? List.of() : claims)));
        } catch (AgentException e) {
            System.err.println("strata: " + e.getMessage());
            return e.exitCode();
        }
    }

    private static String query(String as, String on, String may, Optional<String> scope, List<String> claims) {
        StringBuilder query = new StringBuilder("/api/access/explain?as=" + encode(as) + "&on=" + encode(on) + "&may=" + encode(may));
        scope.ifPresent(name -> query.append("&scope=").append(encode(name)));
        claims.forEach(claim -> query.append("&claim=").append(encode(claim)));
        return query.toString();
    }

    private static JsonNode ask(Http registry, String query) {
        HttpResponse<byte[]> answer = registry.send(Request.get(query));
        try {
            JsonNode json = Http.JSON.readTree(answer.body());
            if (answer.statusCode() != 200) {
                throw new AgentException(
                        AgentException.Outcome.REGISTRY,
                        "the registry answers " + answer.statusCode() + ": "
                                + json.path("errors").path(0).path("message").asString(""));
            }
            return json;
        } catch (JacksonException e) {
            throw new AgentException(
                    AgentException.Outcome.REGISTRY, "the registry answers " + answer.statusCode() + " and no JSON", e);
        }
    }

    private int print(JsonNode explanation) {
        boolean allowed = explanation.path("allowed").asBoolean(false);
        out.println((allowed ? "yes: " : "no: ") + explanation.path("because").asString(""));
        for (JsonNode by : explanation.path("by")) {
            out.println("  " + by.path("name").asString("") + ": " + by.path("grant").asString(""));
        }
        return allowed ? 0 : NOT_ALLOWED;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
