package dev.strata.upkeep.bin;

import dev.strata.database.columns.ColumnCode;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.upkeep.history.Ending;
import java.util.Optional;

/**
 * Something that was deleted from a repository.
 *
 * @param mediaType of a manifest, as it was pushed
 * @param size in bytes, without what it names
 */
public record BinItem(
        long id,
        Kind kind,
        long repositoryId,
        RepositoryName repository,
        long objectId,
        Digest digest,
        Optional<MediaType> mediaType,
        long size,
        Ending ending) {

    public enum Kind implements ColumnCode {
        MANIFEST('M'),
        BLOB('B');

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
