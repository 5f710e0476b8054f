package dev.strata.database.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of the {@link Journal}, such as {@code journal-17-0f3a5c7e9b1d2f40}.
 *
 * @param number files are read in the order of their numbers
 * @param id random; it is in the checksums of its records, so that no content that somebody pushes can look like one
 */
public record JournalFile(long number, long id, Path path) {

    private static final String PREFIX = "journal-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]{1,18})-([0-9a-f]{16})");

    static JournalFile of(Path directory, long number, long id) {
        return new JournalFile(number, id, directory.resolve(PREFIX + number + "-%016x".formatted(id)));
    }

    /** Those of a directory, in order. What else lies there, such as a copy that somebody made, is left alone. */
    static List<JournalFile> list(Path directory) throws IOException {
        List<JournalFile> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : found) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    files.add(new JournalFile(
                            Long.parseLong(name.group(1)), Long.parseUnsignedLong(name.group(2), 16), file));
                }
            }
        }
        files.sort(Comparator.comparingLong(JournalFile::number).thenComparing(JournalFile::path));
        return files;
    }
}
