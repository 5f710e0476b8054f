package dev.strata.agent.copying;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.strata.oci.Digest;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/** An image layout as a tar that is written from its beginning to its end: POSIX.1-1988, section "ustar". */
public final class LayoutTar implements ImageLayout {

    private static final int BLOCK = 512;
    /** What eleven octal digits cannot say is written as a binary number, as GNU's tar does it. */
    private static final long LARGEST_OCTAL = 077777777777L;

    private final OutputStream out;
    private final Set<Digest> written = new HashSet<>();

    public LayoutTar(OutputStream out) {
        this.out = new BufferedOutputStream(out, 64 * 1024);
    }

    @Override
    public boolean has(Digest digest, long size) {
        return written.contains(digest);
    }

    @Override
    public void blob(Digest digest, long size, InputStream content) throws IOException {
        entry("blobs/" + digest.algorithm().prefix() + "/" + digest.hex(), size, content);
        written.add(digest);
    }

    @Override
    public void file(String name, byte[] content) throws IOException {
        entry(name, content.length, new ByteArrayInputStream(content));
    }

    private void entry(String name, long size, InputStream content) throws IOException {
        out.write(header(name, size));
        long copied = content.transferTo(out);
        if (copied != size) {
            throw new IOException(name + " has " + copied + " bytes instead of " + size);
        }
        out.write(new byte[(int) (-size & (BLOCK - 1))]);
    }

    /** A file that everyone may read, of no time and nobody: the same content makes the same tar. */
    private static byte[] header(String name, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        if (size <= LARGEST_OCTAL) {
            put(header, 124, "%011o\0".formatted(size));
        } else {
            header[124] = (byte) 0x80;
            ByteBuffer.wrap(header).putLong(128, size);
        }
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    @Override
    public void end() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }
}
