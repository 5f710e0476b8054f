package dev.strata.access.passwords;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of names and bcrypt hashes, as Apache's {@code htpasswd -B} writes it. It is looked at each second, and read again
 * when it changed; while it cannot be read, what it had last holds.
 */
public class Htpasswd {

    private static final Logger log = LoggerFactory.getLogger(Htpasswd.class);
    private static final long LARGEST = 4L * 1024 * 1024;
    private static final Duration LOOK = Duration.ofMillis(500);
    /** A file that changed that lately may change again without a sign of it. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final Path file;
    private final Clock clock;
    private final Bcrypt bcrypt;
    private volatile Content content;

    private record Mark(@Nullable FileTime changed, long size, @Nullable Object key) {}

    private record Content(Mark mark, Instant readAt, Instant lookedAt, Map<String, String> hashes) {}

    /** @throws PasswordFileException where it cannot be read */
    public Htpasswd(Path file, Clock clock, Bcrypt bcrypt) {
        this.file = file;
        this.clock = clock;
        this.bcrypt = bcrypt;
        try {
            this.content = read();
        } catch (IOException e) {
            throw new PasswordFileException(file, e);
        }
    }

    public Optional<String> hash(String name) {
        return Optional.ofNullable(current().hashes().get(name));
    }

    private Content current() {
        Content known = content;
        Instant now = clock.instant();
        if (Duration.between(known.lookedAt(), now).abs().compareTo(LOOK) < 0) {
            return known;
        }
        synchronized (this) {
            if (content != known) {
                return content;
            }
            content = look(known, now);
            return content;
        }
    }

    private Content look(Content known, Instant now) {
        try {
            Mark mark = mark();
            boolean isSettled = mark.changed() != null
                    && Duration.between(mark.changed().toInstant(), known.readAt()).compareTo(FRESH) > 0;
            if (mark.equals(known.mark()) && isSettled) {
                return new Content(known.mark(), known.readAt(), now, known.hashes());
            }
            return read();
        } catch (IOException e) {
            log.error("{} cannot be read; what it had before still holds", file, e);
            return new Content(known.mark(), known.readAt(), now, known.hashes());
        }
    }

    private Mark mark() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Mark(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    private Content read() throws IOException {
        Instant now = clock.instant();
        Mark mark = mark();
        if (mark.size() > LARGEST) {
            throw new IOException("it has more than " + LARGEST + " bytes");
        }
        Map<String, String> hashes = new HashMap<>();
        int number = 0;
        for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n")) {
            number++;
            String entry = line.strip();
            int colon = entry.indexOf(':');
            if (entry.isEmpty() || entry.startsWith("#")) {
                continue;
            }
            if (colon > 0 && Bcrypt.isHash(entry.substring(colon + 1))) {
                hashes.put(entry.substring(0, colon), entry.substring(colon + 1));
                bcrypt.imitate(entry.substring(colon + 1));
            } else {
                log.warn("Line {} of {} is no name with a bcrypt hash (htpasswd -B); it is left out", number, file);
            }
        }
        return new Content(mark, now, now, Map.copyOf(hashes));
    }
}
