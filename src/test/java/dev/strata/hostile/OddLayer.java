package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.model.Digests;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * A layer to upload.
 *
 * @param diffId what a client claims that it is when it is decompressed
 */
record OddLayer(byte[] content, String diffId, String mediaType) {

    private static final String TYPE = "application/vnd.oci.image.layer.v1.tar";
    private static final int EXPLODED = 64 << 20;
    private static final byte[] GZIP_BOMB = zeros(EXPLODED, OddLayer::gzip);
    private static final byte[] ZSTD_BOMB = zeros(EXPLODED, OddLayer::zstd);

    interface Compression {
        OutputStream of(OutputStream target) throws IOException;
    }

    static OddLayer any(Choice choice) {
        byte[] tar = choice.bytes(choice.length(5_000));
        String diffId = choice.oneIn(8) ? new OddText(choice).digest() : Digests.sha256(tar);
        String type = choice.oneIn(8) ? choice.of(TYPE, TYPE + "+gzip", TYPE + "+zstd", "x/y", "") : "";
        OddLayer layer = switch (choice.below(10)) {
            case 0 -> new OddLayer(tar, diffId, TYPE);
            case 1, 2 -> new OddLayer(compressed(tar, OddLayer::gzip), diffId, TYPE + "+gzip");
            case 3 -> new OddLayer(twoMembers(tar, choice), diffId, TYPE + "+gzip");
            case 4 -> new OddLayer(cut(compressed(tar, OddLayer::gzip), choice), diffId, TYPE + "+gzip");
            case 5 -> new OddLayer(compressed(tar, OddLayer::zstd), diffId, TYPE + "+zstd");
            case 6 -> new OddLayer(skippable(compressed(tar, OddLayer::zstd), choice), diffId, TYPE + "+zstd");
            case 7 -> new OddLayer(largeWindow(choice), diffId, TYPE + "+zstd");
            case 8 -> new OddLayer(padded(GZIP_BOMB, choice), diffId, TYPE + "+gzip");
            default -> new OddLayer(padded(ZSTD_BOMB, choice), diffId, TYPE + "+zstd");
        };
        return type.isEmpty() ? layer : new OddLayer(layer.content, layer.diffId, type);
    }

    String digest() {
        return Digests.sha256(content);
    }

    String descriptor() {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest() + "\",\"size\":" + content.length + "}";
    }

    static OutputStream gzip(OutputStream target) throws IOException {
        return new GZIPOutputStream(target);
    }

    static OutputStream zstd(OutputStream target) throws IOException {
        return new ZstdOutputStream(target);
    }

    static byte[] compressed(byte[] tar, Compression compression) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream target = compression.of(compressed)) {
            target.write(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    static byte[] zeros(long size, Compression compression) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 16];
        try (OutputStream target = compression.of(compressed)) {
            for (long left = size; left > 0; left -= block.length) {
                target.write(block, 0, (int) Math.min(left, block.length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static byte[] twoMembers(byte[] tar, Choice choice) {
        int half = choice.below(tar.length + 1);
        return joined(
                compressed(Arrays.copyOf(tar, half), OddLayer::gzip),
                compressed(Arrays.copyOfRange(tar, half, tar.length), OddLayer::gzip));
    }

    private static byte[] cut(byte[] whole, Choice choice) {
        return Arrays.copyOf(whole, choice.below(whole.length + 1));
    }

    /** What zstd skips, as its format allows at any frame's place; its length may be a lie. */
    private static byte[] skippable(byte[] frame, Choice choice) {
        byte[] skipped = choice.bytes(choice.length(300));
        int length = choice.oneIn(4) ? choice.of(-1, Integer.MAX_VALUE, 0) : skipped.length;
        byte[] head = {
            (byte) (0x50 + choice.below(16)), 0x2a, 0x4d, 0x18,
            (byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)
        };
        byte[] skip = joined(head, skipped);
        return choice.oneIn(2) ? joined(skip, frame) : joined(frame, skip);
    }

    /** A frame that asks for a window of up to two terabytes. */
    private static byte[] largeWindow(Choice choice) {
        byte[] head = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x00, (byte) (choice.between(12, 31) << 3)};
        return joined(head, choice.bytes(choice.length(2_000)));
    }

    /** So that each is another blob. */
    private static byte[] padded(byte[] bomb, Choice choice) {
        return joined(bomb, compressed(choice.bytes(8), bomb == GZIP_BOMB ? OddLayer::gzip : OddLayer::zstd));
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
