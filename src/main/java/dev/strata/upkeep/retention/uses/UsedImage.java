package dev.strata.upkeep.retention.uses;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;

/** A manifest of a repository that somebody runs, whether the repository has it or not. */
public record UsedImage(RepositoryName repository, Digest digest) {}
