package dev.strata.oci;

import java.time.Instant;
import java.util.Optional;

/**
 * What an image's configuration tells of one instruction: OCI Image Specification, config.md, property "history".
 *
 * @param created when it was carried out, where that is said
 * @param createdBy the instruction as the builder wrote it down; empty where it did not
 * @param author who wrote the build; empty where that is not said
 * @param comment what else the builder says, such as its own name; often empty
 * @param emptyLayer whether it left no layer
 */
public record History(
        Optional<Instant> created, String createdBy, String author, String comment, boolean emptyLayer) {}
