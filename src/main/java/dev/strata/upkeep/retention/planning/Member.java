package dev.strata.upkeep.retention.planning;

import dev.strata.database.columns.ColumnCode;

/** What belongs to an image beside itself. */
record Member(long id, long imageId, long manifestId, Kind kind) {

    enum Kind implements ColumnCode {
        /** It is listed by the image, or by what is listed. */
        CHILD('C'),
        /** It is about the image or a part of it, such as a signature. */
        FOLLOWER('F'),
        /** It is an image itself, and goes by itself only. */
        TAGGED('T');

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
