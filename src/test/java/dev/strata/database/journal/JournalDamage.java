package dev.strata.database.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a bad disk does to the {@link Journal}. */
public final class JournalDamage {

    private JournalDamage() {}

    /** Changes a byte of the second record of the last file, and returns the file. */
    public static Path toSecondRecord(Path directory) throws IOException {
        Path file = JournalFile.list(directory).getLast().path();
        byte[] content = Files.readAllBytes(file);
        content[JournalFormat.FILE_HEADER + 3 * JournalFormat.RECORD_HEADER] ^= 4;
        return Files.write(file, content);
    }
}
