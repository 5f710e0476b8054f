package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.storage.StoredBlob;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A change that is made so often that it goes through the {@link Journal}. Made twice, it is as made once. */
sealed interface Change {

    /** A blob came into a repository. */
    record BlobLinked(RepositoryName repository, StoredBlob blob) implements Change {}

    /** A manifest came into a repository, under these tags; what it refers to was checked. */
    record ManifestPushed(
            RepositoryName repository, Digest digest, MediaType mediaType, byte[] content, List<Tag> tags)
            implements Change {

        Manifest manifest() {
            return Manifest.parse(content, mediaType);
        }
    }

    /** The change as the journal keeps it. */
    default byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (this) {
                case BlobLinked(RepositoryName repository, StoredBlob blob) -> {
                    out.writeByte('B');
                    out.writeUTF(repository.value());
                    out.writeUTF(blob.digest().toString());
                    out.writeLong(blob.size());
                    out.writeUTF(blob.location());
                }
                case ManifestPushed pushed -> {
                    out.writeByte('M');
                    out.writeUTF(pushed.repository().value());
                    out.writeUTF(pushed.digest().toString());
                    out.writeUTF(pushed.mediaType().value());
                    out.writeInt(pushed.content().length);
                    out.write(pushed.content());
                    out.writeInt(pushed.tags().size());
                    for (Tag tag : pushed.tags()) {
                        out.writeUTF(tag.name());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Change ofBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int kind = in.readByte();
            RepositoryName repository = RepositoryName.of(in.readUTF());
            Digest digest = Digest.of(in.readUTF());
            return switch (kind) {
                case 'B' -> new BlobLinked(repository, new StoredBlob(digest, in.readLong(), in.readUTF()));
                case 'M' -> {
                    MediaType mediaType = MediaType.of(in.readUTF());
                    byte[] content = in.readNBytes(in.readInt());
                    List<Tag> tags = new ArrayList<>();
                    for (int left = in.readInt(); left > 0; left--) {
                        tags.add(Tag.of(in.readUTF()));
                    }
                    yield new ManifestPushed(repository, digest, mediaType, content, tags);
                }
                default -> throw new IllegalStateException("The journal has a change of the unknown kind " + kind);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("The journal has a change that breaks off", e);
        }
    }
}
