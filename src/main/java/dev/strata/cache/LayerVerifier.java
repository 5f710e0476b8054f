package dev.strata.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.Blobs;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.springframework.stereotype.Component;

/** Decompresses layers to see whether they are what was said: OCI Image Specification, config.md, "Layer DiffID". */
@Component
class LayerVerifier {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final Blobs blobs;
    private final long maxBytes;

    /** What was found to be true stays so. Agents that ran a step at the same time commit the same layer. */
    private final Cache<Verified, Boolean> verified =
            Caffeine.newBuilder().maximumSize(10_000).build();

    private record Verified(Layer layer, Digest diffId) {}

    LayerVerifier(Blobs blobs, CacheProperties properties) {
        this.blobs = blobs;
        this.maxBytes = properties.maxLayerSize().toBytes();
    }

    /**
     * Checks that a layer of a repository has this diff ID. Takes a fixed amount of memory and reads no further than
     * the limit.
     *
     * @throws RegistryException DIGEST_INVALID where it has another one, SIZE_INVALID where it becomes too large, and
     *     what {@link Blobs#get} throws where it is gone
     */
    void verify(RepositoryName repository, Layer layer, Digest diffId) throws IOException {
        Verified claim = new Verified(layer, diffId);
        if (verified.getIfPresent(claim) == null) {
            read(repository, layer, diffId);
            verified.put(claim, true);
        }
    }

    private void read(RepositoryName repository, Layer layer, Digest diffId) throws IOException {
        MessageDigest hash = diffId.algorithm().messageDigest();
        try (StoredInput content = new StoredInput(blobs.get(repository, layer.digest()).openFrom(0));
                InputStream tar = decompressed(content, layer.mediaType())) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long length = 0;
            for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
                length += read;
                if (length > maxBytes) {
                    throw new RegistryException(
                            Problem.SIZE_INVALID,
                            "the layer is larger, decompressed, than a layer may be",
                            Map.of("digest", layer.digest().toString(), "limit", maxBytes));
                }
                hash.update(buffer, 0, read);
            }
        } catch (StoredInput.UnreadableException e) {
            throw e;
        } catch (IOException | MalformedInputException e) {
            throw new RegistryException(
                    Problem.DIGEST_INVALID,
                    "the layer cannot be decompressed as its media type says",
                    Map.of("digest", layer.digest().toString(), "mediaType", layer.mediaType().value()),
                    e);
        }
        Digest actual = Digest.ofBytes(hash.digest());
        if (!actual.equals(diffId)) {
            throw new RegistryException(
                    Problem.DIGEST_INVALID,
                    "the layer has another diff ID",
                    Map.of("diff_id", diffId.toString(), "actual", actual.toString()));
        }
    }

    /** Tells a store that cannot be read from content that cannot be decompressed. */
    private static final class StoredInput extends FilterInputStream {

        private static final class UnreadableException extends IOException {

            UnreadableException(IOException cause) {
                super("The layer cannot be read", cause);
            }
        }

        StoredInput(InputStream content) {
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
                return super.read(buffer, offset, length);
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
        }
    }

    /** @throws RegistryException DIGEST_INVALID for a type that is not one of a layer */
    static void requireLayer(MediaType mediaType) {
        if (!isGzip(mediaType) && !isZstd(mediaType) && !isTar(mediaType)) {
            throw new RegistryException(
                    Problem.DIGEST_INVALID,
                    "the media type is not that of a tar layer, plain or compressed by gzip or zstd",
                    Map.of("mediaType", mediaType.value()));
        }
    }

    private static InputStream decompressed(InputStream content, MediaType mediaType) throws IOException {
        if (isGzip(mediaType)) {
            return new GZIPInputStream(content, BUFFER_BYTES);
        }
        return isZstd(mediaType) ? new ZstdInputStream(content) : content;
    }

    private static boolean isGzip(MediaType mediaType) {
        return lower(mediaType).endsWith(".tar+gzip") || lower(mediaType).endsWith(".tar.gzip");
    }

    private static boolean isZstd(MediaType mediaType) {
        return lower(mediaType).endsWith(".tar+zstd") || lower(mediaType).endsWith(".tar.zstd");
    }

    private static boolean isTar(MediaType mediaType) {
        return lower(mediaType).endsWith(".tar");
    }

    private static String lower(MediaType mediaType) {
        return mediaType.value().toLowerCase(Locale.ROOT);
    }
}
