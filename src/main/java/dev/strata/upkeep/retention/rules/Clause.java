package dev.strata.upkeep.retention.rules;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What has to hold together of an image. */
public record Clause(List<Condition> conditions) {

    public Clause {
        conditions = List.copyOf(conditions);
    }

    /** Whether the images that it is about are counted, from the one that was pushed last. */
    public boolean counts() {
        return conditions.stream()
                .anyMatch(condition -> condition instanceof Condition.Newest || condition instanceof Condition.MoreThan);
    }

    /** How many bytes a repository may have by it; empty where it says nothing of that. */
    public OptionalLong budget() {
        return conditions.stream()
                .filter(Condition.Above.class::isInstance)
                .mapToLong(condition -> ((Condition.Above) condition).bytes())
                .findFirst();
    }

    @Override
    public String toString() {
        return conditions.stream().map(Condition::toString).collect(Collectors.joining(", "));
    }
}
