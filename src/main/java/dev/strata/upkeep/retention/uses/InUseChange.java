package dev.strata.upkeep.retention.uses;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody said that these images are in use, as the journal has it. What they no longer say runs out by itself.
 *
 * @param owner who says so
 * @param source of what
 * @param until when that counts
 */
record InUseChange(String owner, String source, Instant until, List<UsedImage> images) {

    /** What is in use, among the features that write to the journal. */
    static final char FEATURE = 'I';

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(owner);
            out.writeUTF(source);
            out.writeLong(until.toEpochMilli());
            out.writeInt(images.size());
            for (UsedImage image : images) {
                out.writeUTF(image.repository().value());
                out.writeUTF(image.digest().toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static InUseChange ofBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String owner = in.readUTF();
            String source = in.readUTF();
            Instant until = Instant.ofEpochMilli(in.readLong());
            List<UsedImage> images = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                images.add(new UsedImage(RepositoryName.of(in.readUTF()), Digest.of(in.readUTF())));
            }
            return new InUseChange(owner, source, until, images);
        } catch (IOException e) {
            throw new UncheckedIOException("The journal has a change that breaks off", e);
        }
    }
}
