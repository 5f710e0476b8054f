/**
 * What is known of the bytes: repositories, blobs, manifests, tags, referrers; push and pull as use cases.
 *
 * <p>Public are the use cases ({@link dev.strata.registry.Blobs}, {@link dev.strata.registry.Uploads},
 * {@link dev.strata.registry.Manifests}, {@link dev.strata.registry.Tags}, {@link dev.strata.registry.Referrers},
 * {@link dev.strata.registry.Catalog}) and their values. Tables are behind them: a {@code …Row} is a table's row, a
 * {@code …Table} its queries.
 */
@NullMarked
package dev.strata.registry;

import org.jspecify.annotations.NullMarked;
