package dev.strata.cache.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.cache.entries.Layer;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.MediaType;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.testing.Content;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers as the clients write them, and as nobody should. */
class DecompressionTest {

    private static final String OCI = "application/vnd.oci.image.layer.v1.tar";
    private static final String DOCKER = "application/vnd.docker.image.rootfs.diff.tar";
    private static final byte[] TAR = tar();
    private static final int MIB = 1024 * 1024;

    private final MemoryBudget memory = new MemoryBudget(32 * MIB, Duration.ofMillis(1), new SimpleMeterRegistry());

    /** Compressible here and there. */
    private static byte[] tar() {
        byte[] tar = new byte[600_000];
        System.arraycopy(Content.random(1, 200_000), 0, tar, 0, 200_000);
        System.arraycopy(tar, 0, tar, 400_000, 150_000);
        return tar;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        Stream.of(parts).forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    private static byte[] half(int which) {
        return Arrays.copyOfRange(TAR, which * TAR.length / 2, (which + 1) * TAR.length / 2);
    }

    private interface Compressor {
        OutputStream of(OutputStream out) throws IOException;
    }

    private static byte[] compress(byte[] content, Compressor compressor) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = compressor.of(compressed)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static byte[] gzip(byte[] content) {
        return compress(content, GZIPOutputStream::new);
    }

    private static byte[] zstd(byte[] content) {
        return compress(content, ZstdOutputStream::new);
    }

    private static byte[] skippable(int number, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184D2A50 + number)
                .putInt(content.length)
                .put(content)
                .array();
    }

    /** A frame of plain blocks that asks for a window of so many bytes, a power of two. */
    private static byte[] plainFrame(byte[] content, long window) {
        ByteBuffer frame = ByteBuffer.allocate(content.length + content.length / 1_000 + 64).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0xFD2FB528).put((byte) 0).put((byte) (Long.numberOfTrailingZeros(window) - 10 << 3));
        return blocks(frame, content);
    }

    /** The same as one segment, whose window is as large as its content. */
    private static byte[] segment(byte[] content) {
        ByteBuffer frame = ByteBuffer.allocate(content.length + content.length / 1_000 + 64).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0xFD2FB528).put((byte) (2 << 6 | 1 << 5)).putInt(content.length);
        return blocks(frame, content);
    }

    private static byte[] blocks(ByteBuffer frame, byte[] content) {
        int block = 100_000;
        for (int from = 0; from < content.length; from += block) {
            int size = Math.min(block, content.length - from);
            int header = size << 3 | (from + size == content.length ? 1 : 0);
            frame.put((byte) header).put((byte) (header >>> 8)).put((byte) (header >>> 16)).put(content, from, size);
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    /** What pigz and others write: a header with a field, a name and a comment. */
    private static byte[] gzipWithAllFields(byte[] content) {
        byte[] plain = gzip(content);
        byte[] header = {0x1f, (byte) 0x8b, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 4, 0, 'X', 'Y', 0, 0};
        return join(header, "layer.tar\0a comment\0".getBytes(UTF_8), Arrays.copyOfRange(plain, 10, plain.length));
    }

    /** The last member of an estargz layer: empty, with a field that says where its table of contents lies. */
    private static byte[] estargzFooter() {
        byte[] extra = join(new byte[] {'S', 'G', 22, 0}, ("0".repeat(16) + "STARGZ").getBytes(UTF_8));
        Deflater nothing = new Deflater(Deflater.NO_COMPRESSION, true);
        nothing.finish();
        byte[] body = new byte[16];
        int length = nothing.deflate(body);
        nothing.end();
        return join(
                new byte[] {0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 0, (byte) 255, (byte) extra.length, 0},
                extra,
                Arrays.copyOf(body, length),
                new byte[8]);
    }

    static Stream<Arguments> whatClientsWrite() {
        byte[] chunks = join(zstd(half(0)), skippable(0, Content.random(2, 500)), zstd(half(1)), skippable(0, new byte[64]));
        return Stream.of(
                Arguments.of("plain", OCI, TAR),
                Arguments.of("plain, of Docker", DOCKER, TAR),
                Arguments.of("gzip", OCI + "+gzip", gzip(TAR)),
                Arguments.of("gzip, of Docker", DOCKER + ".gzip", gzip(TAR)),
                Arguments.of("gzip, foreign", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", gzip(TAR)),
                Arguments.of("gzip, not distributable",
                        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", gzip(TAR)),
                Arguments.of("gzip, the type in upper case", OCI + "+GZIP", gzip(TAR)),
                Arguments.of("gzip in two members", OCI + "+gzip", join(gzip(half(0)), gzip(half(1)))),
                Arguments.of("gzip with an empty member", OCI + "+gzip", join(gzip(half(0)), gzip(new byte[0]), gzip(half(1)))),
                Arguments.of("gzip with all fields", OCI + "+gzip", gzipWithAllFields(TAR)),
                Arguments.of("estargz", OCI + "+gzip", join(gzip(half(0)), gzip(half(1)), estargzFooter())),
                Arguments.of("zstd", OCI + "+zstd", zstd(TAR)),
                Arguments.of("zstd, of Docker", DOCKER + ".zstd", zstd(TAR)),
                Arguments.of("zstd in two frames", OCI + "+zstd", join(zstd(half(0)), zstd(half(1)))),
                Arguments.of("zstd with an empty frame", OCI + "+zstd", join(zstd(half(0)), zstd(new byte[0]), zstd(half(1)))),
                Arguments.of("zstd:chunked", OCI + "+zstd", chunks),
                Arguments.of("zstd, skippable first", OCI + "+zstd", join(skippable(15, "abcd".getBytes(UTF_8)), zstd(TAR))),
                Arguments.of("zstd, skippable and empty", OCI + "+zstd", join(skippable(3, new byte[0]), zstd(TAR))),
                Arguments.of("zstd, small window", OCI + "+zstd", plainFrame(TAR, 128 * 1024)),
                Arguments.of("zstd, window of 8 MiB", OCI + "+zstd", plainFrame(TAR, 8 * MIB)),
                Arguments.of("zstd, window of 32 MiB", OCI + "+zstd", plainFrame(TAR, 32 * MIB)),
                Arguments.of("zstd, window of 128 MiB", OCI + "+zstd", plainFrame(TAR, 128 * MIB)),
                Arguments.of("zstd, window of 2 TiB", OCI + "+zstd", plainFrame(TAR, 1L << 41)),
                Arguments.of("zstd, one segment", OCI + "+zstd", segment(TAR)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatClientsWrite")
    void whatClientsWriteIsRead(String name, String type, byte[] content) throws IOException {
        assertThat(read(type, new ByteArrayInputStream(content))).isEqualTo(TAR);
        assertThat(memory.taken()).as("all memory is given back").isZero();
    }

    /** A store far away has nothing at hand just then, and gives a little at a time. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("whatClientsWrite")
    void aSlowStoreIsReadToTheEnd(String name, String type, byte[] content) throws IOException {
        InputStream slow = new ByteArrayInputStream(content) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, 7));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        assertThat(read(type, slow)).isEqualTo(TAR);
    }

    static Stream<Arguments> whatIsBroken() {
        byte[] zstd = zstd(TAR);
        byte[] damaged = zstd.clone();
        damaged[damaged.length / 2] ^= 0x55;
        byte[] wrongSum = zstd.clone();
        wrongSum[wrongSum.length - 1] ^= 1;
        return Stream.of(
                Arguments.of("gzip that is zstd", OCI + "+gzip", zstd),
                Arguments.of("zstd that is gzip", OCI + "+zstd", gzip(TAR)),
                Arguments.of("gzip that breaks off", OCI + "+gzip", Arrays.copyOf(gzip(TAR), 100_000)),
                Arguments.of("gzip and then something", OCI + "+gzip", join(gzip(TAR), "something".getBytes(UTF_8))),
                Arguments.of("gzip and then one byte", OCI + "+gzip", join(gzip(TAR), new byte[1])),
                Arguments.of("gzip and then much", OCI + "+gzip", join(gzip(TAR), new byte[300_000])),
                Arguments.of("gzip whose last member breaks off in its header", OCI + "+gzip",
                        join(gzip(half(0)), gzip(half(1)), Arrays.copyOf(gzip(TAR), 5))),
                Arguments.of("zstd that breaks off", OCI + "+zstd", Arrays.copyOf(zstd, 100_000)),
                Arguments.of("zstd whose header breaks off", OCI + "+zstd", Arrays.copyOf(zstd, 5)),
                Arguments.of("zstd that is damaged", OCI + "+zstd", damaged),
                Arguments.of("zstd with another checksum", OCI + "+zstd", wrongSum),
                Arguments.of("zstd and then something", OCI + "+zstd", join(zstd, "something".getBytes(UTF_8))),
                Arguments.of("a frame to be skipped that breaks off", OCI + "+zstd",
                        join(zstd, Arrays.copyOf(skippable(0, new byte[100]), 50))),
                Arguments.of("nothing as gzip", OCI + "+gzip", new byte[0]),
                Arguments.of("noise as zstd", OCI + "+zstd", Content.random(5, 5_000)),
                Arguments.of("a dictionary", OCI + "+zstd", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 0, 7, 1, 0, 0}),
                Arguments.of("a block of 2 MiB", OCI + "+zstd",
                        new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0x68, (byte) 0xfb, (byte) 0xff, (byte) 0xff, 0}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatIsBroken")
    void whatIsBrokenIsRefused(String name, String type, byte[] content) {
        RegistryException refused = catchThrowableOfType(
                RegistryException.class, () -> read(type, new ByteArrayInputStream(content)));
        assertThat(refused.problem()).isEqualTo(Problem.DIGEST_INVALID);
        assertThat(memory.taken()).isZero();
    }

    @Test
    void whoCannotReadAWindowSaysSoAndDoesNotCallItBroken() {
        byte[] frame = plainFrame(TAR, 128 * MIB);
        RegistryException refused = catchThrowableOfType(RegistryException.class, () ->
                read(OCI + "+zstd", new ByteArrayInputStream(Arrays.copyOf(frame, frame.length / 2))));
        assertThat(refused.problem()).isEqualTo(Problem.SIZE_INVALID);
        assertThat(refused.detail().get("window")).isEqualTo(128L * MIB);
    }

    /** The window is taken from the budget before the decoder has it. */
    @Test
    void wholeWindowsAreCounted() throws IOException {
        Layer layer = layer(OCI + "+zstd");
        byte[] content = plainFrame(TAR, 8 * MIB);
        try (Decompression one = new Decompression(layer, new ByteArrayInputStream(content), memory)) {
            one.read(new byte[1]);
            assertThat(memory.taken()).isGreaterThan(16L * MIB);
        }
        assertThat(memory.taken()).isZero();
    }

    @Test
    void aStoreThatCannotBeReadIsNoBrokenLayer() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("The disk has an error");
            }
        };
        for (String type : new String[] {OCI, OCI + "+gzip", OCI + "+zstd"}) {
            assertThat(catchThrowableOfType(IOException.class, () -> read(type, failing)))
                    .as(type)
                    .isInstanceOf(Decompression.UnreadableException.class);
        }
    }

    private static Layer layer(String type) {
        return new Layer(MediaType.of(type), Content.sha256(TAR), TAR.length);
    }

    private byte[] read(String type, InputStream content) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[10_000];
        try (Decompression tar = new Decompression(layer(type), content, memory)) {
            for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
                read.write(buffer, 0, count);
            }
        }
        return read.toByteArray();
    }
}
