package dev.strata.cache.http;

import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A layer to upload: its bytes, and what it is uncompressed. What lies in a tar does not matter to the cache. */
public record TestLayer(byte[] content, Digest diffId, String mediaType) {

    public static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    public static final String PLAIN = "application/vnd.oci.image.layer.v1.tar";

    /** Compressed by zstd. */
    public static TestLayer zstd(byte[] tar) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(compressed)) {
            zstd.write(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TestLayer(compressed.toByteArray(), Content.sha256(tar), PLAIN + "+zstd");
    }

    /** Compressed by gzip; another seed gives another layer. */
    public static TestLayer of(long seed) {
        return gzip(Content.random(seed, 3_000));
    }

    public static TestLayer gzip(byte[] tar) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TestLayer(compressed.toByteArray(), Content.sha256(tar), GZIP);
    }

    public Digest digest() {
        return Content.sha256(content);
    }

    /** The layer as an entry has it. */
    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("mediaType", mediaType)
                .put("digest", digest().toString())
                .put("size", content.length);
    }
}
