package dev.strata.access.endpoints;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.callers.Rights;
import dev.strata.access.rights.Action;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Asks what the caller of a request may do, and refuses. A repository that a caller may not read looks like one that does
 * not exist: what is answered depends on its name and the caller alone, and nothing is looked up for it.
 */
@Component
public class Guard {

    private final Rights rights;
    private final ObjectProvider<Challenge> challenge;
    private final Audit audit;

    Guard(Rights rights, ObjectProvider<Challenge> challenge, Audit audit) {
        this.rights = rights;
        this.challenge = challenge;
        this.audit = audit;
    }

    /** The rights of who sent the request. */
    public RepositoryRights rights(HttpServletRequest request, RepositoryName repository) {
        Caller caller = Callers.of(request);
        return caller.kind() == Caller.Kind.ANYBODY ? RepositoryRights.ALL : rights.of(caller, repository);
    }

    /** Which repositories who sent the request may read. */
    public ReadableRepositories readable(HttpServletRequest request) {
        Caller caller = Callers.of(request);
        return caller.kind() == Caller.Kind.ANYBODY ? ReadableRepositories.ALL : rights.readable(caller);
    }

    /** Which repositories they may read by what is granted, also where their token does not name them. */
    public ReadableRepositories granted(HttpServletRequest request) {
        Caller caller = Callers.of(request);
        return caller.kind() == Caller.Kind.ANYBODY ? ReadableRepositories.ALL : rights.readable(caller.withoutToken());
    }

    /** @throws RegistryException NAME_UNKNOWN, UNAUTHENTICATED, FORBIDDEN */
    public void require(
            Action action, RepositoryName repository, HttpServletRequest request, HttpServletResponse response) {
        require(action, held -> held.allow(action), repository, Optional.empty(), request, response);
    }

    /**
     * The same for an endpoint, which may read from another repository too, where the caller may.
     *
     * @throws RegistryException NAME_UNKNOWN, UNAUTHENTICATED, FORBIDDEN
     */
    void require(
            Needs needs,
            RepositoryName repository,
            Optional<RepositoryName> source,
            HttpServletRequest request,
            HttpServletResponse response) {
        Predicate<RepositoryRights> enough =
                held -> held.allow(needs.value()) || needs.orCache() && held.allowWritingSome();
        require(needs.value(), enough, repository, source, request, response);
    }

    private void require(
            Action action,
            Predicate<RepositoryRights> enough,
            RepositoryName repository,
            Optional<RepositoryName> source,
            HttpServletRequest request,
            HttpServletResponse response) {
        RepositoryRights held = rights(request, repository);
        if (!enough.test(held)) {
            throw refusal(action, enough, repository, source, held, request, response);
        }
    }

    /**
     * Stands for who sent the request and for the scopes of the cache that they may write, in 64 characters. Jobs that one
     * issuer calls by one name differ in that. Empty on a registry without logins.
     */
    public String cacheWriter(HttpServletRequest request, RepositoryName repository) {
        Caller caller = Callers.of(request);
        if (caller.kind() == Caller.Kind.ANYBODY) {
            return "";
        }
        // Not what a token carries of it: a builder shows another one than the agent whose image it pushes.
        List<String> scopes = rights.of(caller.withoutToken(), repository).cacheScopes().stream().sorted().toList();
        String text = caller.key() + "\0" + String.join("\0", scopes);
        return Digest.ofContent(DigestAlgorithm.SHA256, text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** @throws RegistryException UNAUTHENTICATED, FORBIDDEN */
    public void requireAdmin(HttpServletRequest request, HttpServletResponse response) {
        Caller caller = Callers.of(request);
        if (caller.kind() == Caller.Kind.ANYBODY || rights.isAdmin(caller)) {
            return;
        }
        if (mayLogIn(caller)) {
            throw unauthenticated(request, response, "", "");
        }
        if (rights.isAdmin(caller.withoutToken())) {
            throw unauthenticated(request, response, "registry:catalog:*", "insufficient_scope");
        }
        audit.note(AuditEvent.What.REFUSED, request, request.getRequestURI(), Map.of("needed", Action.ADMIN.toString()));
        throw new RegistryException(Problem.FORBIDDEN, "this is for administrators", Map.of());
    }

    /** Whether showing something could help. */
    private boolean mayLogIn(Caller caller) {
        return caller.kind() == Caller.Kind.ANONYMOUS && challenge.getIfAvailable() != null;
    }

    /** @throws RegistryException UNAUTHENTICATED where the caller shows nothing, and could */
    public void requireCredentials(HttpServletRequest request, HttpServletResponse response) {
        Caller caller = Callers.of(request);
        if (mayLogIn(caller) && caller.token().isEmpty()) {
            throw unauthenticated(request, response, "", "");
        }
    }

    /** @throws RegistryException UNAUTHENTICATED where the caller does not say who they are, FORBIDDEN where nobody can */
    public void requireLogin(HttpServletRequest request, HttpServletResponse response) {
        Caller caller = Callers.of(request);
        if (mayLogIn(caller)) {
            throw unauthenticated(request, response, "", "");
        }
        if (caller.kind() == Caller.Kind.ANONYMOUS) {
            throw new RegistryException(Problem.FORBIDDEN, "this is for those who log in, and nobody can", Map.of());
        }
    }

    /**
     * Who shows a token that does not carry what its holder may do is told to get another one. What nobody may do who is
     * this caller is refused for good.
     */
    private RegistryException refusal(
            Action action,
            Predicate<RepositoryRights> enough,
            RepositoryName repository,
            Optional<RepositoryName> source,
            RepositoryRights held,
            HttpServletRequest request,
            HttpServletResponse response) {
        Caller caller = Callers.of(request);
        boolean hasToken = caller.token().isPresent();
        RepositoryRights granted = hasToken ? rights.of(caller.withoutToken(), repository) : held;
        String scope = "repository:" + repository + ":" + words(action)
                + source.map(other -> " repository:" + other + ":" + Action.PULL).orElse("");
        if (hasToken && enough.test(granted)) {
            return unauthenticated(request, response, scope, "insufficient_scope");
        }
        if (mayLogIn(caller)) {
            return unauthenticated(request, response, scope, hasToken ? "insufficient_scope" : "");
        }
        audit.note(AuditEvent.What.REFUSED, request, repository.value(), Map.of("needed", action.toString()));
        if (!held.allow(Action.PULL) && !granted.allow(Action.PULL)) {
            return unknown(repository);
        }
        return new RegistryException(
                Problem.FORBIDDEN,
                "you may not " + action + " here",
                Map.of("name", repository.value(), "needed", action.toString()));
    }

    /** As for a repository that does not exist. */
    public static RegistryException unknown(RepositoryName repository) {
        return new RegistryException(
                Problem.NAME_UNKNOWN, "there is no such repository", Map.of("name", repository.value()));
    }

    /** Whoever pushes looks first what is there, and clients ask for both at once. */
    private static String words(Action action) {
        return action == Action.PUSH ? "pull,push" : action.toString();
    }

    private RegistryException unauthenticated(
            HttpServletRequest request, HttpServletResponse response, String scope, String error) {
        response.setHeader("WWW-Authenticate", challenge.getObject().header(request, scope, error));
        return new RegistryException(
                Problem.UNAUTHENTICATED,
                error.isEmpty() ? "authentication is required" : "the token does not carry this",
                scope.isEmpty() ? Map.of() : Map.of("scope", scope));
    }
}
