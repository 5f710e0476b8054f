package dev.strata.upkeep.migration;

import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobContent;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.Upload;
import dev.strata.upkeep.backup.BlobRows;
import dev.strata.upkeep.commands.Lines;
import dev.strata.upkeep.moving.Crew;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** Brings blobs from one store to another. Each that has arrived is noted at the target, and is not brought again. */
final class MigratedBlobs {

    private static final String OWNER = "migrate";
    private static final Duration PROGRESS = Duration.ofSeconds(10);
    private static final int SOME = 1_000;

    private final BlobStore from;
    private final BlobStore to;
    private final JdbcTemplate notes;
    private final Lines lines;
    private final int parallel;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** @param notes the target's database */
    MigratedBlobs(BlobStore from, BlobStore to, JdbcTemplate notes, Lines lines, int parallel) {
        this.from = from;
        this.to = to;
        this.notes = notes;
        this.lines = lines;
        this.parallel = parallel;
    }

    /** Puts right what a move left that was broken off. */
    void recover() throws IOException {
        to.recover((owner, blob) -> note(blob), location -> false); // notes and uploads are in one database, which loses no note of an upload that it has ended
    }

    /** Brings those that rows know and that have not arrived, and returns how many are damaged or missing. */
    long bringAll(BlobRows rows) throws IOException {
        AtomicLong missing = new AtomicLong();
        try (Crew crew = new Crew(parallel, PROGRESS, () -> lines.say(sum() + " so far"))) {
            rows.visitAll(blob -> crew.give(() -> {
                if (!bring(blob)) {
                    missing.incrementAndGet();
                    lines.say("damaged or missing: " + blob.digest());
                }
            }));
            crew.await();
        }
        return missing.get();
    }

    String sum() {
        return "%,d blobs copied, %,d bytes".formatted(count.get(), bytes.get());
    }

    private boolean bring(StoredBlob blob) {
        if (locations(List.of(blob.digest())).containsKey(blob.digest())) {
            return true;
        }
        try {
            Optional<BlobContent> content = from.find(blob);
            if (content.isEmpty()) {
                return false;
            }
            put(blob, content.get());
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RegistryException e) {
            if (e.problem() == Problem.DIGEST_INVALID) {
                return false;
            }
            throw e;
        }
    }

    private void put(StoredBlob blob, BlobContent content) throws IOException {
        try (Upload upload = to.create(OWNER, blob.digest().algorithm())) {
            try {
                if (content instanceof BlobContent.LocalFile file) {
                    upload.take(file.path());
                } else {
                    try (InputStream in = content.openFrom(0)) {
                        upload.append(in, blob.size());
                    }
                }
            } catch (IOException | RegistryException e) {
                upload.discard();
                throw e;
            }
            note(upload.commit(blob.digest()));
            upload.finish();
        }
        count.incrementAndGet();
        bytes.addAndGet(blob.size());
    }

    private void note(StoredBlob blob) {
        notes.update(
                "insert into migrated_blob (digest, size, location) values (?, ?, ?) on conflict do nothing",
                blob.digest().bytes(),
                blob.size(),
                blob.location());
    }

    private Map<Digest, String> locations(Collection<Digest> digests) {
        Map<Digest, String> locations = new HashMap<>();
        new NamedParameterJdbcTemplate(notes)
                .query(
                        "select digest, location from migrated_blob where digest in (:digests)",
                        Map.of("digests", digests.stream().map(Digest::bytes).toList()),
                        row -> {
                            locations.put(Digest.ofBytes(row.getBytes(1)), row.getString(2));
                        });
        return locations;
    }

    /**
     * What becomes of rows of blobs: they say where the bytes are now. Where those have not arrived, nobody has the blob until
     * it is pushed again.
     */
    TableCopy.Change rows(List<String> columns) {
        int digest = columns.indexOf("digest");
        int location = columns.indexOf("location");
        int lost = columns.indexOf("lost");
        return rows -> {
            if (rows.isEmpty()) {
                return;
            }
            Map<Digest, String> locations =
                    locations(rows.stream().map(row -> digest(row[digest])).toList());
            for (@Nullable Object[] row : rows) {
                String here = locations.get(digest(row[digest]));
                row[lost] = here == null;
                row[location] = here == null ? row[location] : here;
            }
        };
    }

    private static Digest digest(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Digest.ofBytes(bytes);
        }
        throw new IllegalStateException("No digest: " + value);
    }

    /** Deletes what has arrived and was deleted from the registry since; its rows must be there. */
    void deleteOthers() throws IOException {
        List<StoredBlob> some;
        do {
            some = notes.query(
                    "select digest, size, location from migrated_blob m"
                            + " where not exists (select 1 from blob b where b.digest = m.digest) fetch first " + SOME + " rows only",
                    (row, number) -> new StoredBlob(Digest.ofBytes(row.getBytes(1)), row.getLong(2), row.getString(3)));
            for (StoredBlob blob : some) {
                to.delete(blob, () -> false);
            }
            to.forceDeletions(some);
            notes.batchUpdate(
                    "delete from migrated_blob where digest = ?",
                    some.stream().map(blob -> new Object[] {blob.digest().bytes()}).toList());
        } while (some.size() == SOME);
    }
}
