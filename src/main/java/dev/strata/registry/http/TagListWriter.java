package dev.strata.registry.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.strata.oci.RepositoryName;
import dev.strata.registry.repositories.TagRevision;
import dev.strata.registry.tags.Tags;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes a list of tags piece by piece, as the database has it: in memory is one piece, however long the list. No name of
 * a tag or repository has a character that JSON would escape.
 */
final class TagListWriter {

    /** In bytes, what a piece takes: its names and the bytes of them, twice. */
    static final long PIECE = 256 * 1024;

    private static final int NAMES_AT_ONCE = 500;

    private final Tags tags;
    private final TagRevision repository;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private String last;
    private int left;
    private boolean isFirst = true;
    private boolean isOver;
    private boolean hasMore;

    /**
     * @param last where the list begins, exclusive
     * @param limit how many names at the most
     */
    TagListWriter(Tags tags, RepositoryName name, TagRevision repository, String last, int limit) {
        this.tags = tags;
        this.repository = repository;
        this.last = last;
        this.left = limit;
        piece.writeBytes(("{\"name\":\"" + name + "\",\"tags\":[").getBytes(US_ASCII));
    }

    /** Takes the pieces of the list. */
    interface Target {

        /** Returns whether it takes another one. */
        boolean take(byte[] piece) throws IOException;
    }

    /** Goes on with the list to its end, or until the target takes no more. Says whether it has ended. */
    boolean writeTo(Target target) throws IOException {
        while (!isOver) {
            List<String> names = next();
            for (String name : names) {
                piece.writeBytes(((isFirst ? "\"" : ",\"") + name + "\"").getBytes(US_ASCII));
                isFirst = false;
            }
            left -= names.size();
            last = names.isEmpty() ? last : names.getLast();
            if (isOver) {
                piece.writeBytes("]}".getBytes(US_ASCII));
            }
            byte[] written = piece.toByteArray();
            piece.reset();
            if (!target.take(written)) {
                break;
            }
        }
        return isOver;
    }

    /** One more is asked for than the list may have, to know whether there are more. */
    private List<String> next() {
        if (left == 0) {
            isOver = true;
            return List.of();
        }
        int wanted = Math.min(left, NAMES_AT_ONCE);
        List<String> names = tags.list(repository, last, wanted + 1);
        hasMore = names.size() > wanted;
        isOver = !hasMore || wanted == left;
        return hasMore ? names.subList(0, wanted) : names;
    }

    /** The last name of a list that was cut off by its limit. */
    Optional<String> cutOffAfter() {
        return hasMore ? Optional.of(last) : Optional.empty();
    }
}
