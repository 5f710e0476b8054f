package dev.strata.savings.books;

import dev.strata.database.columns.ColumnCode;
import dev.strata.savings.counted.Form;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A change that is not in the figures yet.
 *
 * @param subjectId the blob's or manifest's id; of a moved tag where it points now
 * @param earlierId of a moved tag where it pointed before
 * @param size of the blob or manifest, in bytes
 * @param stored whether the registry did not have the blob or manifest at all
 * @param linked whether the repository did not have it
 * @param form what a manifest is
 * @param agenda of one that is folded in several pieces, what is left to do
 */
record Note(
        long id,
        Kind kind,
        long repositoryId,
        long subjectId,
        OptionalLong earlierId,
        long size,
        boolean stored,
        boolean linked,
        Way way,
        Optional<Form> form,
        Optional<String> agenda) {

    enum Kind implements ColumnCode {
        BLOB_LINKED('B'),
        BLOB_UNLINKED('b'),
        MANIFEST_PUSHED('M'),
        MANIFEST_DELETED('m'),
        TAG_MOVED('T'),
        TAG_DELETED('t'),
        /** The registry does not have the blob any more, nor its bytes. */
        BLOB_REMOVED('F'),
        /** The same for a manifest. */
        MANIFEST_REMOVED('f'),
        /** Nothing has changed: a blob is to be compared with what the registry has. */
        BLOB_COMPARED('L'),
        /** The same for a manifest. */
        MANIFEST_COMPARED('l');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }

        /** Whether it is about what the registry has now, and not about what has changed. */
        boolean isComparison() {
            return this == BLOB_COMPARED || this == MANIFEST_COMPARED;
        }
    }

    /** How a blob or manifest came into a repository. */
    enum Way implements ColumnCode {
        UPLOADED('U'),
        MOUNTED('M'),
        /** A client asked for it, and another repository had it. */
        ASKED_FOR('A'),
        /** It was there before anything was counted. */
        UNKNOWN('-');

        private final char code;

        Way(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }
}
