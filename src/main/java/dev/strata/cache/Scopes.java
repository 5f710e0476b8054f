package dev.strata.cache;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Which scopes a caller reads, and which one it may write. */
@Component
public class Scopes {

    private static final int MOST = 16;

    /** That of what is read from images is one more. */
    public static final int MOST_READ = MOST + 1;

    private final CacheProperties properties;

    Scopes(CacheProperties properties) {
        this.properties = properties;
    }

    /**
     * What a caller reads. Entries from images come last, and only for who names no scope or takes anything: whoever
     * pushes an image could write them.
     *
     * @param named the scopes that it names, in its order
     * @throws RegistryException PARAMETER_INVALID for more than 16
     */
    public ReadPolicy reads(List<Scope> named, Trust trust, Optional<Duration> maxAge) {
        if (named.size() > MOST) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID, "a caller reads " + MOST + " scopes at the most", Map.of("scopes", named.size()));
        }
        Set<Scope> scopes = new LinkedHashSet<>(named.isEmpty() ? List.of(properties.defaultScope()) : named);
        if (named.isEmpty() || trust == Trust.ANY) {
            scopes.add(properties.derivedScope());
        }
        return new ReadPolicy(List.copyOf(scopes), trust, maxAge);
    }

    /**
     * The scope that a caller writes.
     *
     * @param named the one that it names
     * @param token what it shows
     * @throws RegistryException SCOPE_DENIED where that is protected and it may not, and for the scope of what is read
     *     from images: whoever names no scope believes that nothing else is in there
     */
    public Scope writes(Optional<Scope> named, Optional<String> token) {
        Scope scope = named.orElse(properties.defaultScope());
        if (scope.equals(properties.derivedScope())) {
            throw new RegistryException(
                    Problem.SCOPE_DENIED,
                    "the scope has what is read from images, and nothing else",
                    Map.of("scope", scope.name()));
        }
        requireMay(scope, token);
        return scope;
    }

    /** Whether a caller may write a scope. */
    public boolean mayWrite(Scope scope, Optional<String> token) {
        return !scope.equals(properties.derivedScope()) && may(scope, token);
    }

    /**
     * Lets a caller take entries back.
     *
     * @param named the scope to which it keeps; all of them where it names none
     * @param token what it shows
     * @throws RegistryException SCOPE_DENIED where one of them is protected and it may not
     */
    public void requireMayDelete(Optional<Scope> named, Optional<String> token) {
        if (named.isPresent()) {
            requireMay(named.get(), token);
        } else {
            properties.protectedScopes().stream().sorted(Comparator.comparing(Scope::name)).forEach(scope -> requireMay(scope, token));
        }
    }

    private void requireMay(Scope scope, Optional<String> token) {
        if (!may(scope, token)) {
            throw new RegistryException(
                    Problem.SCOPE_DENIED, "the scope is protected", Map.of("scope", scope.name()));
        }
    }

    private boolean may(Scope scope, Optional<String> token) {
        return !properties.isProtected(scope) || properties.protectedToken().isEmpty() || isToken(token.orElse(""));
    }

    /** In the same time, however much of it is right. */
    private boolean isToken(String token) {
        return MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8),
                properties.protectedToken().getBytes(StandardCharsets.UTF_8));
    }
}
