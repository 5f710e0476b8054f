package dev.strata.agent.context;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.ContentList.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/** What files are in a list of contents. A file that stands as it stood is not read again. */
final class FileEntries {

    private static final int PERMISSIONS = 07777;
    private static final int BUFFER = 256 * 1024;

    private final byte[] buffer = new byte[BUFFER];
    private final Map<Path, Digested> digests = new HashMap<>();

    /** A content, and how its file stood right before it was read. */
    private record Digested(Stamps.Stamp stamp, Digest digest) {}

    /**
     * What a file, directory or link is in the list.
     *
     * @throws NotCachedException for anything else
     */
    Entry of(Path file, String name, Stamps stamps) throws IOException, NotCachedException {
        Stamps.Stamp stamp = stamps.note(file);
        if (stamp.isLink()) {
            return new Entry.Link(name, FileNames.text(Files.readSymbolicLink(file)));
        }
        if (stamp.isDirectory()) {
            return new Entry.Directory(name, stamp.mode() & PERMISSIONS);
        }
        if (!stamp.isFile()) {
            throw new NotCachedException(name + " is neither a file, a directory nor a link");
        }
        Digested known = digests.get(file);
        if (known == null || !known.stamp.isCertain() || !known.stamp.isLike(stamp)) {
            known = new Digested(stamp, sha256(file));
            digests.put(file, known);
        }
        return new Entry.File(name, stamp.mode() & PERMISSIONS, known.digest);
    }

    private Digest sha256(Path file) throws IOException {
        MessageDigest sha256 = DigestAlgorithm.SHA256.messageDigest();
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
        }
        return Digest.ofBytes(sha256.digest());
    }
}
