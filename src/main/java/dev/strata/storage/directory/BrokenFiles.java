package dev.strata.storage.directory;

import dev.strata.oci.Digest;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** What was found broken and is kept for whoever looks into it. */
@Component
public class BrokenFiles {

    private static final Pattern NAME = Pattern.compile("(\\w+)-([0-9a-f]+)-\\d+");

    private final DataDirectory directory;
    private final Clock clock;

    BrokenFiles(DataDirectory directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * @param name of the file
     * @param digest what it should have been
     */
    public record BrokenFile(String name, Digest digest) {}

    public List<BrokenFile> list() throws IOException {
        List<BrokenFile> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.broken())) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                digest(name).ifPresent(digest -> found.add(new BrokenFile(name, digest)));
            }
        }
        return found;
    }

    private static Optional<Digest> digest(String name) {
        Matcher parts = NAME.matcher(name);
        try {
            return parts.matches() ? Optional.of(Digest.of(parts.group(1) + ":" + parts.group(2))) : Optional.empty();
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /** Keeps bytes that lay elsewhere, and returns the file's name. */
    public String keep(Digest digest, byte[] content) throws IOException {
        String name = directory.setAside(digest, clock.millis());
        Files.write(directory.broken().resolve(name), content);
        return name;
    }
}
