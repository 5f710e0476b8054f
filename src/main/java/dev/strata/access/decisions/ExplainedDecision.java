package dev.strata.access.decisions;

import java.util.List;

/**
 * Whether somebody may do something, and why.
 *
 * @param by the grants that allow it, in their order
 * @param because in words: what else decides
 */
public record ExplainedDecision(boolean allowed, List<By> by, String because) {

    /**
     * A grant.
     *
     * @param name its line in the file, or its number in the database
     * @param grant what it says
     */
    public record By(String name, String grant) {}
}
