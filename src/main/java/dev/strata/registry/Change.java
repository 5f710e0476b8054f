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

/**
 * A change to what the registry knows, as the journal has it. Changes that are made again in their order leave
 * what they left the first time, also where some of them are there already.
 */
sealed interface Change {

    /** The registry, among the features that write to the journal. */
    char FEATURE = 'R';

    /** Where it was made. */
    RepositoryName repository();

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

    /** A blob was deleted from a repository. */
    record BlobDeleted(RepositoryName repository, Digest digest) implements Change {}

    /** A manifest was deleted from a repository, and its tags with it. */
    record ManifestDeleted(RepositoryName repository, Digest digest) implements Change {}

    /** A tag was deleted. */
    record TagDeleted(RepositoryName repository, Tag tag) implements Change {}

    /** The change as the journal keeps it. */
    default byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(kind());
            out.writeUTF(repository().value());
            switch (this) {
                case BlobLinked(RepositoryName repository, StoredBlob blob) -> {
                    out.writeUTF(blob.digest().toString());
                    out.writeLong(blob.size());
                    out.writeUTF(blob.location());
                }
                case BlobDeleted deleted -> out.writeUTF(deleted.digest().toString());
                case ManifestPushed pushed -> write(pushed, out);
                case ManifestDeleted deleted -> out.writeUTF(deleted.digest().toString());
                case TagDeleted deleted -> out.writeUTF(deleted.tag().name());
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
            return switch (kind) {
                case 'B' ->
                    new BlobLinked(repository, new StoredBlob(Digest.of(in.readUTF()), in.readLong(), in.readUTF()));
                case 'b' -> new BlobDeleted(repository, Digest.of(in.readUTF()));
                case 'M' -> readPushed(repository, in);
                case 'm' -> new ManifestDeleted(repository, Digest.of(in.readUTF()));
                case 't' -> new TagDeleted(repository, Tag.of(in.readUTF()));
                default -> throw new IllegalStateException("The journal has a change of the unknown kind " + kind);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("The journal has a change that breaks off", e);
        }
    }

    private char kind() {
        return switch (this) {
            case BlobLinked linked -> 'B';
            case BlobDeleted deleted -> 'b';
            case ManifestPushed pushed -> 'M';
            case ManifestDeleted deleted -> 'm';
            case TagDeleted deleted -> 't';
        };
    }

    private static void write(ManifestPushed pushed, DataOutputStream out) throws IOException {
        out.writeUTF(pushed.digest().toString());
        out.writeUTF(pushed.mediaType().value());
        out.writeInt(pushed.content().length);
        out.write(pushed.content());
        out.writeInt(pushed.tags().size());
        for (Tag tag : pushed.tags()) {
            out.writeUTF(tag.name());
        }
    }

    private static ManifestPushed readPushed(RepositoryName repository, DataInputStream in) throws IOException {
        Digest digest = Digest.of(in.readUTF());
        MediaType mediaType = MediaType.of(in.readUTF());
        byte[] content = in.readNBytes(in.readInt());
        List<Tag> tags = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            tags.add(Tag.of(in.readUTF()));
        }
        return new ManifestPushed(repository, digest, mediaType, content, tags);
    }
}
