package dev.strata.cache.layerfiles;

import dev.strata.cache.contents.ContentOutline;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a step copies from a stage.
 *
 * @param content the digest of all that can have a part in the copy: the sources as they are written, the links that lead
 *     to them, and each file with its path, mode, owner, content and extended attributes, but not its times
 * @param outline by which it is told later which of them differ
 */
public record CopiedFiles(Digest content, ContentOutline outline) {

    /** So that it is no digest of anything else. */
    private static final String FORM = "strata: files of a stage, 1";

    static CopiedFiles of(List<CopySources.Found> sources) {
        MessageDigest hash = DigestAlgorithm.SHA256.messageDigest();
        SortedMap<String, Long> marks = new TreeMap<>();
        try (DataOutputStream out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), hash))) {
            write(out, FORM);
            out.writeInt(sources.size());
            for (CopySources.Found source : sources) {
                write(out, source.written());
                out.writeInt(source.links().size());
                for (LayerFile link : source.links().values()) {
                    add(out, link, marks);
                }
                out.writeInt(source.roots().size());
                for (String root : source.roots()) {
                    write(out, root);
                }
                out.writeInt(source.files().size());
                for (LayerFile file : source.files().values()) {
                    add(out, file, marks);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new CopiedFiles(Digest.ofBytes(hash.digest()), new ContentOutline(marks));
    }

    private static void add(DataOutputStream out, LayerFile file, SortedMap<String, Long> marks) throws IOException {
        byte[] digest = digest(file);
        out.write(digest);
        marks.put("/" + file.path(), ByteBuffer.wrap(digest).getLong());
    }

    private static byte[] digest(LayerFile file) throws IOException {
        MessageDigest hash = DigestAlgorithm.SHA256.messageDigest();
        DataOutputStream out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
        write(out, file.path());
        out.writeChar(file.type().code());
        out.writeInt(file.mode());
        out.writeLong(file.uid());
        out.writeLong(file.gid());
        out.writeLong(file.size());
        write(out, file.target());
        write(out, file.sha256().map(Digest::toString).orElse(""));
        write(out, file.attributes().map(Digest::toString).orElse(""));
        return hash.digest();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
