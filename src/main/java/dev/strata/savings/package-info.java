/**
 * What sharing saves: docs/savings.md defines the figures.
 *
 * <p>{@code ledger} is what is counted and how it lies in the database, {@code books} the accounting that keeps it,
 * {@code check} whether it is right, {@code figures} the whole registry's figures, {@code report} what people ask of
 * single repositories, images and layers, {@code quotas} what holds pushes to quotas, and {@code http} the API and the page.
 */
@NullMarked
package dev.strata.savings;

import org.jspecify.annotations.NullMarked;
