package dev.strata.access.callers;

import java.util.Optional;

/** Who is known by a name, with all that belongs to them: their groups, or the terms on which a robot was made. */
public interface KnownCallers {

    /** Empty for a kind that is not kept here, too. */
    Optional<Caller> find(Caller.Kind kind, String name);
}
