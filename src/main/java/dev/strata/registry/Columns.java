package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.jspecify.annotations.Nullable;

/** How the specification's nouns lie in columns. */
final class Columns {

    private Columns() {}

    @Converter(autoApply = true)
    static final class DigestColumn implements AttributeConverter<@Nullable Digest, byte @Nullable []> {

        @Override
        public byte @Nullable [] convertToDatabaseColumn(@Nullable Digest digest) {
            return digest == null ? null : digest.bytes();
        }

        @Override
        public @Nullable Digest convertToEntityAttribute(byte @Nullable [] column) {
            return column == null ? null : Digest.ofBytes(column);
        }
    }

    @Converter(autoApply = true)
    static final class MediaTypeColumn implements AttributeConverter<@Nullable MediaType, @Nullable String> {

        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable MediaType mediaType) {
            return mediaType == null ? null : mediaType.value();
        }

        @Override
        public @Nullable MediaType convertToEntityAttribute(@Nullable String column) {
            return column == null ? null : MediaType.of(column);
        }
    }

    @Converter(autoApply = true)
    static final class RepositoryNameColumn implements AttributeConverter<@Nullable RepositoryName, @Nullable String> {

        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable RepositoryName name) {
            return name == null ? null : name.value();
        }

        @Override
        public @Nullable RepositoryName convertToEntityAttribute(@Nullable String column) {
            return column == null ? null : RepositoryName.of(column);
        }
    }
}
