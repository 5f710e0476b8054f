package dev.strata.access.decisions;

import dev.strata.access.rights.Action;
import dev.strata.oci.RepositoryName;
import java.util.List;
import java.util.Optional;

/**
 * A question about a right.
 *
 * @param as who it would be, as grants write it
 * @param claims of an issuer's token, each as {@code name=value}
 * @param scope of the cache, where that matters
 */
public record Asked(
        String as, List<String> claims, RepositoryName on, Action may, Optional<String> scope) {}
