package dev.strata.savings.lists;

import dev.strata.access.rights.ReadableRepositories;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The condition on {@code r.name} that leads the database to the repositories that somebody may read. It lets some through
 * that they may not.
 */
record ReadableRows(String condition, List<String> parameters) {

    private static final ReadableRows EVERY = new ReadableRows("1 = 1", List.of());

    private static final ReadableRepositories.Span EVERYWHERE = new ReadableRepositories.Span.Under("");

    /** Of more the database would make a plan for longer than it looks at all rows. */
    private static final int MOST = 1_000;

    /** Behind every character of a name. */
    private static final String END = "~";

    static ReadableRows of(ReadableRepositories readable) {
        List<ReadableRepositories.Span> spans = readable.areAll() ? List.of() : readable.spans();
        if (spans.contains(EVERYWHERE)) {
            return EVERY; // a condition that holds for all would lead the database away from the order
        }
        List<String> conditions = new ArrayList<>();
        List<String> parameters = new ArrayList<>();
        for (ReadableRepositories.Span span : spans) {
            switch (span) {
                case ReadableRepositories.Span.Names(var names) -> {
                    conditions.add("r.name in (" + String.join(",", Collections.nCopies(names.size(), "?")) + ")");
                    parameters.addAll(names);
                }
                case ReadableRepositories.Span.Under(var start) -> {
                    conditions.add("r.name >= ? and r.name < ?");
                    parameters.addAll(List.of(start, start + END));
                }
            }
        }
        if (readable.areAll() || parameters.size() > MOST) {
            return EVERY;
        }
        return conditions.isEmpty()
                ? new ReadableRows("1 = 0", List.of())
                : new ReadableRows("(" + String.join(" or ", conditions) + ")", parameters);
    }
}
