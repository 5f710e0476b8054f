package dev.strata.agent.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * How files and directories stood when they were read, so that it can be told later whether any of them was touched
 * meanwhile. A file that was edited and edited back counts as touched: nobody knows which of its contents the builder saw.
 */
final class Stamps {

    /** What a file is, in its mode; POSIX has these numbers in common use. */
    private static final int TYPE = 0170000;

    private static final int FILE = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;

    private static final String ATTRIBUTES = "unix:mode,ino,size,ctime";
    /** How far apart two changes have to be for every file system to give them different times. */
    private static final Duration COARSEST = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final Map<Path, Stamp> seen = new HashMap<>();

    /**
     * What the file system says of a file.
     *
     * @param changed when anything of it changed last, which programs cannot set back
     * @param isCertain whether another change would have shown in that
     */
    record Stamp(int mode, long inode, long size, FileTime changed, boolean isCertain) {

        boolean isFile() {
            return (mode & TYPE) == FILE;
        }

        boolean isDirectory() {
            return (mode & TYPE) == DIRECTORY;
        }

        boolean isLink() {
            return (mode & TYPE) == LINK;
        }

        boolean isLike(Stamp other) {
            return mode == other.mode && inode == other.inode && size == other.size && changed.equals(other.changed);
        }
    }

    Stamps(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Notes how a file stands. To be called before its content or its listing is read, so that a change in between shows.
     *
     * @param file a link is noted itself, not what it points to
     */
    Stamp note(Path file) throws IOException {
        Stamp known = seen.get(file);
        if (known == null) {
            Instant now = clock.instant();
            Map<String, Object> attributes = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            FileTime changed = (FileTime) attributes.get("ctime");
            known = new Stamp(
                    (Integer) attributes.get("mode"),
                    (Long) attributes.get("ino"),
                    (Long) attributes.get("size"),
                    changed,
                    changed.toInstant().isBefore(now.minus(COARSEST)));
            seen.put(file, known);
        }
        return known;
    }

    /** Whether the same files were seen in the same state. */
    boolean areLike(Stamps later) {
        return seen.keySet().equals(later.seen.keySet())
                && seen.entrySet().stream().allMatch(each -> each.getValue().isLike(later.seen.get(each.getKey())));
    }
}
