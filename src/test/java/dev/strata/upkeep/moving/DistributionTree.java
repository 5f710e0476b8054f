package dev.strata.upkeep.moving;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/** Writes a directory as the distribution project's registry keeps it, and also as no registry should. */
final class DistributionTree {

    private final Path root;
    private final Path base;

    DistributionTree(Path root) {
        this.root = root;
        this.base = root.resolve("docker/registry/v2");
    }

    Path root() {
        return root;
    }

    Path blob(Digest digest) {
        return base.resolve("blobs/%s/%s/%s/data"
                .formatted(digest.algorithm().prefix(), digest.hex().substring(0, 2), digest.hex()));
    }

    Digest putBlob(byte[] content) throws IOException {
        Digest digest = Content.sha256(content);
        write(blob(digest), content);
        return digest;
    }

    /** The content of something else, or nothing, where a blob should lie. */
    void spoil(Digest digest, byte[] content) throws IOException {
        Files.write(blob(digest), content);
    }

    void lose(Digest digest) throws IOException {
        Files.delete(blob(digest));
    }

    Path tagLink(String repository, String tag) {
        return base.resolve("repositories/%s/_manifests/tags/%s/current/link".formatted(repository, tag));
    }

    Path revisionLink(String repository, Digest digest) {
        return base.resolve("repositories/%s/_manifests/revisions/%s/%s/link"
                .formatted(repository, digest.algorithm().prefix(), digest.hex()));
    }

    void tag(String repository, String tag, Digest manifest) throws IOException {
        write(tagLink(repository, tag), manifest.toString().getBytes(UTF_8));
        write(
                tagLink(repository, tag).resolve("../../index/sha256/" + manifest.hex() + "/link").normalize(),
                manifest.toString().getBytes(UTF_8));
    }

    Digest putManifest(String repository, byte[] content) throws IOException {
        Digest digest = putBlob(content);
        write(revisionLink(repository, digest), digest.toString().getBytes(UTF_8));
        return digest;
    }

    /** A small image; the seed makes it differ from others of such trees. */
    ManifestJson image(int seed) throws IOException {
        byte[] config = config(seed);
        byte[] layer = layer(seed);
        putBlob(config);
        putBlob(layer);
        return ManifestJson.image(config, layer);
    }

    /** No other test pushes such a one, and none such a layer: what is there already is not imported. */
    static byte[] config(int seed) {
        return ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"seed\":" + seed + "}").getBytes(UTF_8);
    }

    static byte[] layer(int seed) {
        return Content.random(7_000_000 + seed, 5_000);
    }

    /** An image under a tag. */
    Digest putImage(String repository, String tag, int seed) throws IOException {
        Digest digest = putManifest(repository, image(seed).bytes());
        tag(repository, tag, digest);
        return digest;
    }

    /** A manifest as OCI allows it: it does not say what it is. */
    static byte[] withoutType(ManifestJson manifest) {
        ObjectNode json = manifest.json().deepCopy();
        json.remove("mediaType");
        return new ManifestJson(MediaType.OCI_MANIFEST, json).bytes();
    }

    static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
