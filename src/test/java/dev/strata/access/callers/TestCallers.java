package dev.strata.access.callers;

import dev.strata.access.endpoints.Challenge;
import dev.strata.access.rights.Action;
import dev.strata.access.rights.RepositoryRights;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes callers at their word, so that rights can be tested without a login. Whoever says nothing is
 * {@link Caller#ANYBODY}, for whom there are no rules.
 */
@TestConfiguration(proxyBeanMethods = false)
public class TestCallers {

    /** The kind and what the kind needs: {@code account alice group,group}, {@code workload issuer claim=value}. */
    public static final String CALLER = "Test-Caller";

    /** What a token carries, such as {@code team/web=pull,cache:pr-1}, with spaces between repositories. */
    public static final String TOKEN = "Test-Token";

    @Bean
    Filter testCallers() {
        return new Filter();
    }

    @Bean
    Challenge testChallenge() {
        return (request, scope, error) -> "Bearer realm=\"http://test/token\",service=\"test\""
                + (scope.isEmpty() ? "" : ",scope=\"" + scope + "\"")
                + (error.isEmpty() ? "" : ",error=\"" + error + "\"");
    }

    /** Before what asks who it is. */
    @Order(Ordered.HIGHEST_PRECEDENCE + 1_000_000)
    static final class Filter extends OncePerRequestFilter {

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            String said = request.getHeader(CALLER);
            if (said != null) {
                Caller caller = caller(said.split(" "));
                String token = request.getHeader(TOKEN);
                Callers.note(request, token == null ? caller : caller.with(rights(token)));
            }
            chain.doFilter(request, response);
        }
    }

    private static Caller caller(String[] words) {
        Caller.Kind kind = Caller.Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
        String second = words.length > 1 ? words[1] : "";
        String[] third = words.length > 2 ? words[2].split(",") : new String[0];
        if (kind != Caller.Kind.WORKLOAD) {
            return new Caller(kind, second, "", Set.of(third), Map.of(), Optional.empty(), Optional.empty());
        }
        Map<String, List<String>> claims = new HashMap<>();
        Arrays.stream(third).map(claim -> claim.split("=")).forEach(claim -> claims.put(claim[0], List.of(claim[1])));
        return new Caller(kind, "job", second, Set.of(), claims, Optional.empty(), Optional.empty());
    }

    private static TokenRights rights(String token) {
        Map<String, RepositoryRights> repositories = new HashMap<>();
        for (String repository : token.isEmpty() ? new String[0] : token.split(" ")) {
            Set<Action> actions = EnumSet.noneOf(Action.class);
            List<String> scopes = List.of();
            for (String action : repository.substring(repository.indexOf('=') + 1).split(",")) {
                int colon = action.indexOf(':');
                actions.add(Action.of(colon < 0 ? action : action.substring(0, colon)).orElseThrow());
                scopes = colon < 0 ? scopes : List.of(action.substring(colon + 1).split(":"));
            }
            repositories.put(
                    repository.substring(0, repository.indexOf('=')), new RepositoryRights(actions, scopes));
        }
        return new TokenRights(repositories, false);
    }
}
