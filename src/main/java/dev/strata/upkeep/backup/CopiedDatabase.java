package dev.strata.upkeep.backup;

import dev.strata.storage.bucket.RestoredObjects;
import dev.strata.storage.directory.DataDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A copy of the embedded database. */
public final class CopiedDatabase {

    /** As the registry calls it. */
    private static final String FILE = "strata.mv.db";

    private CopiedDatabase() {}

    /** Takes it out of what {@link dev.strata.database.durability.DatabaseCopy} has written. */
    public static void unpack(Path zip, Path directory) throws IOException {
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(file)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                if (entry.getName().endsWith(FILE)) {
                    Path unpacked = directory.resolve(FILE);
                    Files.copy(entries, unpacked, StandardCopyOption.REPLACE_EXISTING);
                    BackupDirectory.force(unpacked);
                    return;
                }
            }
        }
        throw new IOException(zip + " has no database");
    }

    /** Has its rows say that all blobs are files, where they were objects. */
    static void haveBlobsInFiles(Path directory) throws IOException {
        try (SingleConnectionDataSource database = new SingleConnectionDataSource(url(directory), "sa", "", true)) {
            JdbcTemplate jdbc = new JdbcTemplate(database);
            new BlobRows(database).visitAll(blob -> {
                if (RestoredObjects.isObject(blob)) {
                    jdbc.update(
                            "update blob set location = ? where digest = ?",
                            DataDirectory.location(blob.digest()),
                            blob.digest().bytes());
                }
            });
        }
        BackupDirectory.force(directory.resolve(FILE));
    }

    /** Nothing is written to it. */
    public static SingleConnectionDataSource readOnly(Path directory) {
        return new SingleConnectionDataSource(
                url(directory) + ";ACCESS_MODE_DATA=r;DEFAULT_NULL_ORDERING=HIGH;CACHE_SIZE=4096", "sa", "", true);
    }

    /** It is open until the one connection is closed; the copy itself says that it stays open, as the registry has its own. */
    private static String url(Path directory) {
        return "jdbc:h2:file:" + directory.toAbsolutePath().resolve("strata")
                + ";IFEXISTS=TRUE;DB_CLOSE_DELAY=0;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
    }
}
