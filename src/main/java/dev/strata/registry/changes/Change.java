package dev.strata.registry.changes;

import dev.strata.database.journal.JournalTime;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.registry.DeletionId;
import dev.strata.registry.events.Arrival;
import dev.strata.storage.StoredBlob;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A change to what the registry knows, as the journal has it. Changes that are made again in their order leave
 * what they left the first time, also where some of them are there already.
 */
public sealed interface Change {

    /** The registry, among the features that write to the journal. */
    char FEATURE = 'R';

    /** Where it was made. */
    RepositoryName repository();

    /** A blob came into a repository. */
    record LinkBlob(RepositoryName repository, StoredBlob blob, Arrival arrival, Instant at) implements Change {}

    /** Somebody pushed a manifest into a repository, under these tags; what it refers to was checked. */
    record PutManifest(ManifestPush push, Instant at) implements Change {

        @Override
        public RepositoryName repository() {
            return push.repository();
        }
    }

    /** A blob was deleted from a repository; by nobody where nothing held it any more. */
    record UnlinkBlob(RepositoryName repository, Digest digest, Optional<DeletionId> deletion) implements Change {}

    /** A manifest was deleted from a repository, and its tags with it. */
    record DeleteManifest(RepositoryName repository, Digest digest, DeletionId deletion, Instant at)
            implements Change {}

    /** Somebody was told that the repository has the blobs. */
    record PromiseBlobs(RepositoryName repository, List<Digest> digests, Instant at) implements Change {}

    /** Tags were deleted. */
    record DeleteTags(RepositoryName repository, List<Tag> tags, DeletionId deletion, Instant at) implements Change {}

    /** The change as the journal keeps it. */
    default byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(kind());
            out.writeUTF(repository().value());
            switch (this) {
                case LinkBlob(RepositoryName repository, StoredBlob blob, Arrival arrival, Instant at) -> {
                    out.writeUTF(blob.digest().toString());
                    out.writeLong(blob.size());
                    out.writeUTF(blob.location());
                    out.writeUTF(arrival.name());
                    JournalTime.write(at, out);
                }
                case UnlinkBlob deleted -> {
                    out.writeUTF(deleted.digest().toString());
                    out.writeUTF(deleted.deletion().map(DeletionId::toString).orElse(""));
                }
                case PutManifest put -> write(put, out);
                case PromiseBlobs promised -> write(promised, out);
                case DeleteManifest deleted -> {
                    out.writeUTF(deleted.digest().toString());
                    write(deleted.deletion(), deleted.at(), out);
                }
                case DeleteTags deleted -> {
                    write(deleted.tags(), out);
                    write(deleted.deletion(), deleted.at(), out);
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
            return switch (kind) {
                case 'B' ->
                    new LinkBlob(
                            repository,
                            new StoredBlob(Digest.of(in.readUTF()), in.readLong(), in.readUTF()),
                            Arrival.valueOf(in.readUTF()),
                            JournalTime.read(in));
                case 'b' -> new UnlinkBlob(repository, Digest.of(in.readUTF()), readDeletion(in));
                case 'M' -> readPushed(repository, in);
                case 'm' ->
                    new DeleteManifest(
                            repository, Digest.of(in.readUTF()), DeletionId.of(in.readUTF()), JournalTime.read(in));
                case 'P' -> readPromised(repository, in);
                case 't' ->
                    new DeleteTags(repository, readTags(in), DeletionId.of(in.readUTF()), JournalTime.read(in));
                default -> throw new IllegalStateException("The journal has a change of the unknown kind " + kind);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("The journal has a change that breaks off", e);
        }
    }

    private char kind() {
        return switch (this) {
            case LinkBlob linked -> 'B';
            case UnlinkBlob deleted -> 'b';
            case PutManifest pushed -> 'M';
            case PromiseBlobs promised -> 'P';
            case DeleteManifest deleted -> 'm';
            case DeleteTags deleted -> 't';
        };
    }

    private static void write(PutManifest put, DataOutputStream out) throws IOException {
        ManifestPush pushed = put.push();
        out.writeUTF(pushed.digest().toString());
        out.writeUTF(pushed.mediaType().value());
        out.writeInt(pushed.content().length);
        out.write(pushed.content());
        write(pushed.tags(), out);
        out.writeUTF(pushed.pusher().key());
        out.writeBoolean(pushed.pusher().onlyTemporary());
        JournalTime.write(put.at(), out);
    }

    private static void write(PromiseBlobs promised, DataOutputStream out) throws IOException {
        JournalTime.write(promised.at(), out);
        out.writeInt(promised.digests().size());
        for (Digest digest : promised.digests()) {
            out.writeUTF(digest.toString());
        }
    }

    private static PromiseBlobs readPromised(RepositoryName repository, DataInputStream in) throws IOException {
        Instant at = JournalTime.read(in);
        List<Digest> digests = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            digests.add(Digest.of(in.readUTF()));
        }
        return new PromiseBlobs(repository, digests, at);
    }

    private static void write(DeletionId deletion, Instant at, DataOutputStream out) throws IOException {
        out.writeUTF(deletion.toString());
        JournalTime.write(at, out);
    }

    private static Optional<DeletionId> readDeletion(DataInputStream in) throws IOException {
        String id = in.readUTF();
        return id.isEmpty() ? Optional.empty() : Optional.of(DeletionId.of(id));
    }

    private static void write(List<Tag> tags, DataOutputStream out) throws IOException {
        out.writeInt(tags.size());
        for (Tag tag : tags) {
            out.writeUTF(tag.name());
        }
    }

    private static PutManifest readPushed(RepositoryName repository, DataInputStream in) throws IOException {
        Digest digest = Digest.of(in.readUTF());
        MediaType mediaType = MediaType.of(in.readUTF());
        byte[] content = in.readNBytes(in.readInt());
        List<Tag> tags = readTags(in);
        Pusher pusher = new Pusher(in.readUTF(), in.readBoolean());
        return new PutManifest(
                new ManifestPush(repository, digest, mediaType, content, tags, pusher), JournalTime.read(in));
    }

    private static List<Tag> readTags(DataInputStream in) throws IOException {
        List<Tag> tags = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            tags.add(Tag.of(in.readUTF()));
        }
        return tags;
    }
}
