package dev.strata.agent.copying;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.Http;
import dev.strata.agent.connection.Http.Request;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The lists of a registry, page by page: OCI Distribution Specification, "Listing Tags" and "Listing Referrers". */
final class RegistryLists {

    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");
    private static final int PAGE = 1_000;

    private final Http http;

    RegistryLists(Http http) {
        this.http = http;
    }

    /** @throws AgentException REGISTRY where the registry does not tell which repositories it has */
    void repositories(Consumer<String> each) {
        boolean told = pages("/v2/_catalog?n=" + PAGE, page -> page.path("repositories").forEach(name -> each.accept(name.asString(""))));
        if (!told) {
            throw new AgentException(
                    AgentException.Outcome.REGISTRY,
                    "the registry does not say which repositories it has; name them with --only");
        }
    }

    /** Says whether there is such a repository. */
    boolean tags(String repository, Consumer<String> each) {
        return pages(
                "/v2/" + repository + "/tags/list?n=" + PAGE,
                page -> page.path("tags").forEach(tag -> each.accept(tag.asString(""))));
    }

    /** Says whether the registry tells what refers to a manifest. Where it does not, it keeps tags for that. */
    boolean referrers(String repository, String digest, Consumer<String> each) {
        return pages(
                "/v2/" + repository + "/referrers/" + digest,
                page -> page.path("manifests").forEach(found -> each.accept(found.path("digest").asString(""))));
    }

    /** Says whether there was an answer. */
    private boolean pages(String first, Consumer<JsonNode> each) {
        Optional<String> next = Optional.of(first);
        for (String page = first; next.isPresent(); page = next.orElse(page)) {
            HttpResponse<byte[]> answer = http.send(Request.get(page));
            switch (answer.statusCode()) {
                case 200 -> {}
                case 404, 405 -> {
                    return false;
                }
                default ->
                    throw new AgentException(
                            AgentException.Outcome.REGISTRY,
                            answer.uri().getAuthority() + " answers " + answer.statusCode() + " for " + page);
            }
            each.accept(json(answer));
            String asked = page;
            next = answer.headers().firstValue("Link").flatMap(RegistryLists::next).map(link -> resolve(answer, link))
                    .filter(link -> !link.equals(asked));
        }
        return true;
    }

    private static Optional<String> next(String header) {
        Matcher link = NEXT.matcher(header);
        return link.find() ? Optional.of(link.group(1)) : Optional.empty();
    }

    /** Path and query alone: the registry's address is known. */
    private static String resolve(HttpResponse<byte[]> answer, String link) {
        try {
            URI next = answer.uri().resolve(link);
            return next.getRawPath() + (next.getRawQuery() == null ? "" : "?" + next.getRawQuery());
        } catch (IllegalArgumentException e) {
            throw new AgentException(AgentException.Outcome.REGISTRY, "the registry names a next page that is none: " + link, e);
        }
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        try {
            return Http.JSON.readTree(answer.body());
        } catch (JacksonException e) {
            throw new AgentException(AgentException.Outcome.REGISTRY, answer.uri().getAuthority() + " answers no JSON", e);
        }
    }
}
