package dev.strata.cache.contents;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.ContentList.Entry;
import dev.strata.step.ContentList;
import dev.strata.step.StepFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What tells the content lists of a step from those of another one: their paths, and of each a mark that is another one where its type, mode,
 * bytes or target are. It is a quarter of the lists, most of which are digests that nobody asks for again.
 *
 * @param marks by path
 */
public record ContentOutline(SortedMap<String, Long> marks) {

    public ContentOutline {
        marks = Collections.unmodifiableSortedMap(new TreeMap<>(marks));
    }

    public static ContentOutline of(StepFiles files) {
        SortedMap<String, Long> marks = new TreeMap<>();
        for (ContentList list : files.lists()) {
            // Several mounts may have a file of one name, which has changed then where one of them has.
            list.entries().forEach(entry -> marks.merge(entry.path(), mark(entry), (one, other) -> 31 * one + other));
        }
        return new ContentOutline(marks);
    }

    private static long mark(Entry entry) {
        return switch (entry) {
            case Entry.File file -> start(file.sha256()) ^ file.mode();
            case Entry.Directory directory -> directory.mode();
            case Entry.Link link ->
                start(Digest.ofContent(
                        DigestAlgorithm.SHA256, ("link " + link.target()).getBytes(StandardCharsets.UTF_8)));
        };
    }

    private static long start(Digest digest) {
        return ByteBuffer.wrap(digest.bytes()).getLong();
    }

    /** The paths that only one of the two has, and those that are not the same in both. */
    public SortedSet<String> differences(ContentOutline other) {
        SortedSet<String> paths = new TreeSet<>(marks.keySet());
        paths.addAll(other.marks.keySet());
        paths.removeIf(path -> Objects.equals(marks.get(path), other.marks.get(path)));
        return paths;
    }

    /** Compressed: first the paths, which are much alike, then the marks. */
    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, deflater))) {
            out.writeInt(marks.size());
            for (String path : marks.keySet()) {
                byte[] text = path.getBytes(StandardCharsets.UTF_8);
                out.writeInt(text.length);
                out.write(text);
            }
            for (long mark : marks.values()) {
                out.writeLong(mark);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    static ContentOutline ofBytes(byte[] bytes) {
        SortedMap<String, Long> marks = new TreeMap<>();
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
            int count = in.readInt();
            List<String> paths = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                paths.add(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
            }
            for (String path : paths) {
                marks.put(path, in.readLong());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("An outline breaks off", e);
        }
        return new ContentOutline(marks);
    }
}
