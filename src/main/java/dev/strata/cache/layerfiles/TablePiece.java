package dev.strata.cache.layerfiles;

import dev.strata.cache.layerfiles.LayerFile.Type;
import dev.strata.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** A part of a layer's table of contents, compressed by itself. The same entries fall into the same parts each time. */
final class TablePiece {

    /** Of this many bytes, before they are compressed, a part has no more but what its last entry adds. */
    private static final int FULL = 128 * 1024;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** Whoever reads an entry. */
    interface Reader {

        /** Returns whether to go on. */
        boolean read(LayerFile file);
    }

    void add(LayerFile file) {
        try {
            out.writeByte(file.type().code());
            out.writeUTF(file.path());
            out.writeShort(file.mode());
            out.writeLong(file.uid());
            out.writeLong(file.gid());
            out.writeLong(file.size());
            out.writeUTF(file.target());
            write(file.sha256());
            write(file.attributes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Optional<Digest> digest) throws IOException {
        byte[] value = digest.map(Digest::bytes).orElse(new byte[0]);
        out.writeByte(value.length);
        out.write(value);
    }

    boolean isFull() {
        return bytes.size() >= FULL;
    }

    boolean isEmpty() {
        return bytes.size() == 0;
    }

    /** What was added, compressed; nothing is left. */
    byte[] take() {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(compressed, deflater)) {
            bytes.writeTo(deflating);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        bytes.reset();
        return compressed.toByteArray();
    }

    /** Has a part read; says whether the reader wants to go on. */
    static boolean read(byte[] compressed, Reader reader) {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(compressed)))) {
            for (int type = in.read(); type >= 0; type = in.read()) {
                LayerFile file = new LayerFile(
                        in.readUTF(),
                        Type.of((char) type),
                        in.readShort(),
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        in.readUTF(),
                        digest(in),
                        digest(in));
                if (!reader.read(file)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("A table of contents breaks off", e);
        }
    }

    private static Optional<Digest> digest(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte();
        return length == 0 ? Optional.empty() : Optional.of(Digest.ofBytes(in.readNBytes(length)));
    }
}
