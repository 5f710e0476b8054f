package dev.strata.cache.layerfiles;

import dev.strata.cache.layerfiles.TarHeader.UnclearException;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What an extended header of a tar says of the entry behind it: POSIX.1-2001, "pax Header Block". */
final class PaxRecords {

    static final PaxRecords NONE = new PaxRecords(new TreeMap<>(), new TreeMap<>());

    private static final String ATTRIBUTE = "SCHILY.xattr.";
    private static final String SELINUX = "RHT.security.selinux";
    private static final Set<String> USED = Set.of("path", "linkpath", "size", "uid", "gid");
    /** What changes nothing that is looked at: times and names of users, who count by their numbers. */
    private static final Set<String> PASSED_OVER = Set.of(
            "mtime", "atime", "ctime", "uname", "gname", "comment", "LIBARCHIVE.creationtime", "SCHILY.dev", "SCHILY.ino", "SCHILY.nlink");

    private static final int LONGEST_NUMBER = 18;

    private final Map<String, String> values;
    /** By their names as they are written; the values are bytes. */
    private final Map<String, byte[]> attributes;

    private PaxRecords(Map<String, String> values, Map<String, byte[]> attributes) {
        this.values = values;
        this.attributes = attributes;
    }

    /** @throws UnclearException where they have another form, or say what is not known */
    static PaxRecords of(byte[] bytes) throws UnclearException {
        PaxRecords records = new PaxRecords(new TreeMap<>(), new TreeMap<>());
        for (int at = 0; at < bytes.length; ) {
            int space = indexOf(bytes, ' ', at);
            long length = number(TarHeader.utf8(bytes, at, space - at));
            long end = at + length;
            int equals = indexOf(bytes, '=', space);
            if (end > bytes.length || equals >= end || bytes[(int) end - 1] != '\n') {
                throw new UnclearException("a broken record");
            }
            records.put(
                    TarHeader.utf8(bytes, space + 1, equals - space - 1),
                    Arrays.copyOfRange(bytes, equals + 1, (int) end - 1));
            at = (int) end;
        }
        return records;
    }

    private static int indexOf(byte[] bytes, char wanted, int from) throws UnclearException {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw new UnclearException("a broken record");
    }

    private void put(String key, byte[] value) throws UnclearException {
        boolean isNew;
        if (key.startsWith(ATTRIBUTE) || key.equals(SELINUX)) {
            isNew = attributes.put(key, value) == null;
        } else if (USED.contains(key)) {
            isNew = values.put(key, TarHeader.utf8(value, 0, value.length)) == null && value.length > 0;
        } else {
            isNew = PASSED_OVER.contains(key);
        }
        if (!isNew) {
            throw new UnclearException("a record " + key);
        }
    }

    Optional<String> path() {
        return Optional.ofNullable(values.get("path"));
    }

    Optional<String> target() {
        return Optional.ofNullable(values.get("linkpath"));
    }

    long size(long written) throws UnclearException {
        return number("size", written);
    }

    long uid(long written) throws UnclearException {
        return number("uid", written);
    }

    long gid(long written) throws UnclearException {
        return number("gid", written);
    }

    private long number(String key, long written) throws UnclearException {
        return values.containsKey(key) ? number(values.get(key)) : written;
    }

    private static long number(String text) throws UnclearException {
        if (text.isEmpty() || text.length() > LONGEST_NUMBER || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new UnclearException("no number");
        }
        return Long.parseLong(text);
    }

    /** The digest of the extended attributes, whatever their order; empty where there are none. */
    Optional<Digest> attributes() {
        if (attributes.isEmpty()) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
                out.writeUTF(attribute.getKey());
                out.writeInt(attribute.getValue().length);
                out.write(attribute.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(Digest.ofContent(DigestAlgorithm.SHA256, bytes.toByteArray()));
    }
}
