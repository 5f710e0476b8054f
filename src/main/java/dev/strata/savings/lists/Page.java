package dev.strata.savings.lists;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param next where the next part begins, empty where this is the last
 */
public record Page<T>(List<T> items, Optional<PageToken> next) {}
