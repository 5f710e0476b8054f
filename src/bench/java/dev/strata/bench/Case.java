package dev.strata.bench;

import java.io.IOException;
import java.util.Set;

/** One thing that is measured on each server in turn. */
interface Case {

    /** Short, of letters, digits and hyphens; the same at every scale. */
    String id();

    /** For the table, with the sizes and numbers of this run. */
    String title();

    Unit unit();

    Set<Seed> needs();

    /** Whether it makes sense for a server. */
    default boolean fits(Server server) {
        return server.isRegistry();
    }

    /** Does the same for a short while, uncounted. */
    void warmUp(Target target) throws IOException, InterruptedException;

    /** One figure, in the case's unit. */
    double measure(Target target) throws IOException, InterruptedException;
}
