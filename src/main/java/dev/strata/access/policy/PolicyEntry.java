package dev.strata.access.policy;

import java.time.Instant;
import java.util.stream.Stream;

/**
 * A grant, a rule of immutable tags or a quota, as it is kept in the database.
 *
 * @param definition as a policy file has it, in JSON
 * @param createdBy the name of who wrote it
 */
public record PolicyEntry(long id, Kind kind, String definition, Instant createdAt, String createdBy) {

    /** What it is. */
    public enum Kind {
        GRANT("G", "grants"),
        IMMUTABLE("I", "immutable"),
        QUOTA("Q", "quotas");

        private final String code;
        private final String field;

        Kind(String code, String field) {
            this.code = code;
            this.field = field;
        }

        String code() {
            return code;
        }

        static Kind of(String code) {
            return Stream.of(values()).filter(kind -> kind.code.equals(code)).findAny().orElseThrow();
        }
    }

    /** By which it is spoken of. */
    public String name() {
        return name(id);
    }

    static String name(long id) {
        return "number " + id;
    }

    /** Where a policy file has it. */
    static String document(Kind kind, String definition) {
        return "{\"" + kind.field + "\":[" + definition + "]}";
    }
}
