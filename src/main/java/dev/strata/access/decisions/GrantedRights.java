package dev.strata.access.decisions;

import dev.strata.access.policy.CurrentPolicy;
import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.access.callers.Rights;
import dev.strata.access.callers.TokenRights;
import dev.strata.oci.RepositoryName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Rights by the policy as it is now, or as the caller's token carries them. */
@Component
class GrantedRights implements Rights {

    private final CurrentPolicy policy;

    GrantedRights(CurrentPolicy policy) {
        this.policy = policy;
    }

    @Override
    public RepositoryRights of(Caller caller, RepositoryName repository) {
        if (caller.kind() == Caller.Kind.ANYBODY) {
            return RepositoryRights.ALL;
        }
        Optional<TokenRights> token = caller.token();
        if (token.isEmpty()) {
            return policy.now().grants().of(caller, repository);
        }
        return token.get().isAdmin()
                ? RepositoryRights.ALL
                : token.get().repositories().getOrDefault(repository.value(), RepositoryRights.NONE);
    }

    @Override
    public boolean isAdmin(Caller caller) {
        return caller.kind() == Caller.Kind.ANYBODY
                || caller.token().map(TokenRights::isAdmin).orElseGet(() -> policy.now().grants().isAdmin(caller));
    }

    @Override
    public boolean maintains(Caller caller) {
        return caller.kind() == Caller.Kind.ANYBODY || policy.now().grants().maintains(caller.withoutToken());
    }

    @Override
    public ReadableRepositories readable(Caller caller) {
        if (caller.kind() == Caller.Kind.ANYBODY || caller.token().filter(TokenRights::isAdmin).isPresent()) {
            return ReadableRepositories.ALL;
        }
        if (caller.token().filter(token -> !token.listsAll()).isPresent()) {
            return new ReadableRepositories(named(caller.token().get()), List.of());
        }
        return policy.now().grants().readable(caller);
    }

    private static List<String> named(TokenRights token) {
        return token.repositories().entrySet().stream()
                .filter(named -> named.getValue().allow(Action.PULL))
                .map(Map.Entry::getKey)
                .toList();
    }
}
