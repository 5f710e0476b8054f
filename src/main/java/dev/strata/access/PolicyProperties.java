package dev.strata.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where it stands who may do what.
 *
 * @param policy the file; absent where grants are kept in the database
 * @param totals who may see the totals of the whole registry, which name nothing
 */
@ConfigurationProperties("strata.access")
public record PolicyProperties(@Nullable Path policy, @DefaultValue("logged-in") Totals totals) {

    /** Who may see totals. */
    public enum Totals {
        ANYONE,
        LOGGED_IN,
        ADMIN
    }
}
