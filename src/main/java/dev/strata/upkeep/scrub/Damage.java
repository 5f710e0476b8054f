package dev.strata.upkeep.scrub;

import dev.strata.database.columns.ColumnCode;
import dev.strata.oci.Digest;
import java.time.Instant;

/**
 * Content that cannot be served as it is. It heals when it is pushed again.
 *
 * @param size in bytes, as it should be
 * @param found when it was found first
 */
record Damage(Digest digest, What what, Kind kind, long size, Instant found) {

    enum What implements ColumnCode {
        BLOB('B'),
        MANIFEST('M');

        private final char code;

        What(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    enum Kind implements ColumnCode {
        /** Its bytes are others than its digest says, and lie in {@code broken/}. */
        BROKEN('B'),
        /** It is known, and has no bytes. */
        MISSING('M'),
        /** The disk does not give its bytes back. */
        UNREADABLE('U');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }
}
