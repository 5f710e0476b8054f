package dev.strata.upkeep.bin;

import dev.strata.database.columns.ColumnCode;
import dev.strata.database.journal.JournalTime;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.registry.DeletionId;
import dev.strata.upkeep.history.Ending;
import dev.strata.upkeep.history.HistoryEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/** What came into the bin and left it, as the journal has it. */
sealed interface BinChange {

    /** The bin, among the features that write to the journal. */
    char FEATURE = 'U';

    RepositoryName repository();

    /** Something was deleted. */
    record Deleted(
            BinItem.Kind kind, RepositoryName repository, Digest digest, Optional<String> mediaType, Ending ending)
            implements BinChange {}

    /**
     * Something is not in the bin any more.
     *
     * @param givenUp whether it cannot be taken back; otherwise it was
     */
    record Left(
            BinItem.Kind kind, RepositoryName repository, Digest digest, DeletionId deletion, boolean givenUp)
            implements BinChange {}

    /** A tag does not point any more where it pointed. */
    record Ended(RepositoryName repository, HistoryEntry entry) implements BinChange {}

    default byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (this) {
                case Deleted(var kind, var repository, var digest, var mediaType, var ending) -> {
                    out.writeByte('D');
                    out.writeUTF(repository.value());
                    out.writeUTF(kind.column());
                    out.writeUTF(digest.toString());
                    out.writeUTF(mediaType.orElse(""));
                    write(ending, out);
                }
                case Left(var kind, var repository, var digest, var deletion, boolean givenUp) -> {
                    out.writeByte('L');
                    out.writeUTF(repository.value());
                    out.writeUTF(kind.column());
                    out.writeUTF(digest.toString());
                    out.writeUTF(deletion.toString());
                    out.writeBoolean(givenUp);
                }
                case Ended(var repository, var entry) -> {
                    out.writeByte('T');
                    out.writeUTF(repository.value());
                    out.writeUTF(entry.tag().name());
                    out.writeUTF(entry.digest().toString());
                    JournalTime.write(entry.setAt(), out);
                    out.writeUTF(entry.how().column());
                    write(entry.ending(), out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static BinChange ofBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int what = in.readByte();
            RepositoryName repository = RepositoryName.of(in.readUTF());
            return switch (what) {
                case 'D' -> {
                    BinItem.Kind kind = ColumnCode.of(BinItem.Kind.class, in.readUTF());
                    Digest digest = Digest.of(in.readUTF());
                    String mediaType = in.readUTF();
                    yield new Deleted(
                            kind,
                            repository,
                            digest,
                            mediaType.isEmpty() ? Optional.empty() : Optional.of(mediaType),
                            readEnding(in));
                }
                case 'L' ->
                    new Left(
                            ColumnCode.of(BinItem.Kind.class, in.readUTF()),
                            repository,
                            Digest.of(in.readUTF()),
                            DeletionId.of(in.readUTF()),
                            in.readBoolean());
                case 'T' -> {
                    Tag tag = Tag.of(in.readUTF());
                    Digest digest = Digest.of(in.readUTF());
                    Instant setAt = JournalTime.read(in);
                    HistoryEntry.How how = ColumnCode.of(HistoryEntry.How.class, in.readUTF());
                    yield new Ended(repository, new HistoryEntry(tag, digest, setAt, how, readEnding(in)));
                }
                default -> throw new IllegalStateException("The journal has a change of the unknown kind " + what);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("The journal has a change that breaks off", e);
        }
    }

    private static void write(Ending ending, DataOutputStream out) throws IOException {
        out.writeUTF(ending.deletion().toString());
        JournalTime.write(ending.at(), out);
        out.writeUTF(ending.by());
        JournalTime.write(ending.goesAt(), out);
    }

    private static Ending readEnding(DataInputStream in) throws IOException {
        return new Ending(
                DeletionId.of(in.readUTF()), JournalTime.read(in), in.readUTF(), JournalTime.read(in));
    }
}
