package dev.strata.upkeep.history;

import dev.strata.database.columns.ColumnCode;
import dev.strata.oci.Digest;
import dev.strata.oci.Tag;
import java.time.Instant;

/**
 * Where a tag pointed, and how that ended.
 *
 * @param setAt since when it pointed there, or was pushed so again
 */
public record HistoryEntry(Tag tag, Digest digest, Instant setAt, How how, Ending ending) {

    public enum How implements ColumnCode {
        MOVED('M'),
        DELETED('D');

        private final char code;

        How(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }
}
