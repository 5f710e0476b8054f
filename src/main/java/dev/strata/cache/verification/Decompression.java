package dev.strata.cache.verification;

import dev.strata.cache.entries.Layer;
import dev.strata.memory.MemoryBudget;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** A layer's tar while it is decompressed. The memory for that is taken before it is used, and given back at the end. */
final class Decompression implements AutoCloseable {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final Layer layer;
    private final MemoryBudget.Share memory;
    private final Stored content;
    private final Optional<ZstdFrames> frames;
    private final InputStream tar;

    /**
     * @param content the layer as it is stored; closed with this
     * @throws RegistryException CONTENDED where others have the memory, DIGEST_INVALID where it is not what its type says
     * @throws UnreadableException where the store cannot be read
     */
    Decompression(Layer layer, InputStream content, MemoryBudget budget) throws IOException {
        this.layer = layer;
        this.content = new Stored(content);
        this.memory = budget.take(0, "layers");
        try {
            LayerFormat format = LayerFormat.require(layer.mediaType());
            grow(4L * BUFFER_BYTES);
            this.frames = format == LayerFormat.ZSTD
                    ? Optional.of(new ZstdFrames(new BufferedInputStream(this.content, BUFFER_BYTES), this::grow))
                    : Optional.empty();
            this.tar =
                    switch (format) {
                        case TAR -> this.content;
                        case GZIP -> gzip();
                        case ZSTD -> new ZstdInputStream(frames.orElseThrow());
                    };
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private InputStream gzip() throws IOException {
        try {
            return new GzipMembers(content, BUFFER_BYTES, content::position);
        } catch (UnreadableException e) {
            throw e;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private void grow(long bytes) {
        memory.grow(bytes - memory.bytes());
    }

    /** Reads on; negative at the end. Throws as the constructor does. */
    int read(byte[] buffer) throws IOException {
        try {
            return tar.read(buffer);
        } catch (UnreadableException | RegistryException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the decoder throws many kinds for what is broken
            throw broken(e);
        }
    }

    private RegistryException broken(Exception cause) {
        return beyondWindow()
                .orElseGet(() -> new RegistryException(
                        Problem.DIGEST_INVALID,
                        "the layer cannot be decompressed as its media type says",
                        Map.of(
                                "digest", layer.digest().toString(),
                                "mediaType", layer.mediaType().value()),
                        cause));
    }

    /** What is to be said of content that cannot be read, where the decoder's window may be the reason. */
    private Optional<RegistryException> beyondWindow() {
        return frames.map(ZstdFrames::largestWindow)
                .filter(window -> window > ZstdFrames.LARGEST_WINDOW)
                .map(window -> beyondWindow(layer, window));
    }

    static RegistryException beyondWindow(Layer layer, long window) {
        return new RegistryException(
                Problem.SIZE_INVALID,
                "the layer needs a larger window to be decompressed than there is here; compress it with a lower level"
                        + " of zstd, or without --long",
                Map.of("digest", layer.digest().toString(), "window", window, "limit", ZstdFrames.LARGEST_WINDOW));
    }

    @Override
    public void close() throws IOException {
        memory.close();
        content.close();
    }

    /** The store cannot be read, which says nothing of the layer. */
    static final class UnreadableException extends IOException {
        UnreadableException(IOException cause) {
            super("The layer cannot be read", cause);
        }
    }

    /** Tells a store that cannot be read from content that cannot be decompressed, and gives as much as is asked for. */
    private static final class Stored extends FilterInputStream {

        private boolean ended;
        private long position;

        Stored(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int count = in.read(buffer, offset, length);
                ended = count < 0;
                position += Math.max(0, count);
                return count;
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
        }

        @Override
        public long skip(long count) throws IOException {
            try {
                long skipped = in.skip(count);
                position += skipped;
                return skipped;
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
        }

        long position() {
            return position;
        }

        /**
         * Whether there may be more. The reader of gzip asks that behind each member, and takes it for the last one where
         * a slow store has nothing at hand just then.
         */
        @Override
        public int available() {
            return ended ? 0 : 1;
        }
    }
}
