package dev.strata.upkeep.retention.plans;

import dev.strata.database.columns.ColumnCode;
import java.util.Optional;

/**
 * What is decided about an image.
 *
 * @param rule that decides; empty where it is none
 */
public record Verdict(Kind kind, Optional<String> rule, String reason) {

    public enum Kind implements ColumnCode {
        /** It is not decided yet. */
        OPEN('O'),
        /** Something keeps it. */
        KEEP('K'),
        /** Nothing removes it. */
        LEAVE('N'),
        /** It goes. */
        REMOVE('R'),
        /** It would go, if that were not too much of its repository. */
        STOPPED('S');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    public static Verdict keep(String reason) {
        return new Verdict(Kind.KEEP, Optional.empty(), reason);
    }
}
