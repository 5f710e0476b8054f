package dev.strata.cache;

import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the layer cache keeps entries, and whom it believes.
 *
 * @param ttl how long an entry stays that nobody uses
 * @param budget bytes of layers in each repository that only entries hold; what a tagged image holds does not count
 * @param defaultScope the scope of callers that name none
 * @param protectedScopes scopes that serve only what the server has verified
 * @param derivedScope the scope of entries that are read from the histories of images
 * @param verifyAtCommit the largest layer, compressed, that is verified before its commit is answered
 * @param maxLayerSize the largest layer that is believed to be one, uncompressed
 * @param share which repositories use one another's entries
 * @param shareScopes which scopes' entries they use
 * @param mergeBudget bytes of layers that the builders' caches under one tag name together
 * @param maxWaiting how many requests may wait for another agent's step at once
 */
@ConfigurationProperties("strata.cache")
public record CacheProperties(
        @DefaultValue("30d") Duration ttl,
        @DefaultValue("50GB") DataSize budget,
        @DefaultValue("main") Scope defaultScope,
        @DefaultValue("main") Set<Scope> protectedScopes,
        @DefaultValue("images") Scope derivedScope,
        @DefaultValue("64MB") DataSize verifyAtCommit,
        @DefaultValue("32GB") DataSize maxLayerSize,
        @DefaultValue("default") ShareGroups share,
        @DefaultValue("protected") ShareScopes shareScopes,
        @DefaultValue("20GB") DataSize mergeBudget,
        @DefaultValue("64") int maxWaiting) {

    /** What an answer names is kept for this long at the least. */
    public static final Duration KEPT = Duration.ofHours(1);

    public CacheProperties {
        protectedScopes = Set.copyOf(protectedScopes);
        if (ttl.compareTo(KEPT) < 0) {
            throw new IllegalArgumentException("strata.cache.ttl must be 1h at least");
        }
        if (budget.isNegative() || verifyAtCommit.isNegative() || mergeBudget.isNegative()) {
            throw new IllegalArgumentException(
                    "strata.cache.budget, verify-at-commit and merge-budget must not be negative");
        }
        if (maxLayerSize.toBytes() <= 0) {
            throw new IllegalArgumentException("strata.cache.max-layer-size must be more than 0");
        }
        if (derivedScope.equals(defaultScope)) {
            throw new IllegalArgumentException("strata.cache.derived-scope must not be the default-scope");
        }
        if (maxWaiting < 0) {
            throw new IllegalArgumentException("strata.cache.max-waiting must not be negative");
        }
    }

    /** Of what is in another repository, what a caller takes. It is verified in any case. */
    public enum ShareScopes {
        /** What is in those of the protected scopes that the caller reads. */
        PROTECTED,
        /** What is in any scope that the caller reads. */
        READ
    }

    /** Whether what is in this scope of another repository is taken by who reads the scope. */
    boolean isShared(Scope scope) {
        return shareScopes == ShareScopes.READ || isProtected(scope);
    }

    public boolean isProtected(Scope scope) {
        return protectedScopes.contains(scope);
    }
}
