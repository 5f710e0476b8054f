package dev.strata.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.NoLongWrites;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.node.ObjectNode;

/** However much a manifest names, nobody else waits for long while it is pushed. */
@RegistryTest
@NoLongWrites
class LargestManifestTest {

    private static final int MOST = 10_000;
    private static final String REPOSITORY = "long-writes/largest";

    @Autowired
    RegistryClient registry;

    @Autowired
    JdbcTemplate jdbc;

    @Test
    void anImageOfAsManyLayersAsThereMayBe() {
        ManifestJson image = image("whole", MOST).annotation("note", "x".repeat(6_000_000));
        Digest digest = registry.pushManifest(REPOSITORY, "image", image);
        assertThat(registry.getManifest(REPOSITORY, "image").body()).isEqualTo(image.bytes());
        assertThat(references(digest)).isEqualTo(MOST + 1);

        assertThat(registry.putManifest(REPOSITORY, "image", image.mediaType(), image("more", MOST + 1).bytes()))
                .isError(400, ErrorCode.MANIFEST_INVALID);
    }

    @Test
    void anIndexOfAsManyManifestsAsThereMayBe() {
        ObjectNode[] entries = IntStream.range(0, MOST)
                .mapToObj(n -> ManifestJson.descriptor(
                        MediaType.OCI_MANIFEST.value(), Content.sha256(("manifest " + n).getBytes(UTF_8)), 1_000))
                .toArray(ObjectNode[]::new);
        Digest digest = registry.pushManifest(REPOSITORY, "index", ManifestJson.index(entries));
        assertThat(references(digest)).isEqualTo(MOST);
        assertThat(registry.pushManifest(REPOSITORY + "/other", "index", ManifestJson.index(entries)))
                .isEqualTo(digest);
    }

    @Test
    void aLargeImageWhoseBlobsWereDeletedIsRefusedAndCanBePushedLater() {
        String repository = REPOSITORY + "/deleted";
        byte[] config = config("deleted");
        ManifestJson image = image("deleted", 1_500);
        registry.pushBlob(repository, config);
        registry.pushBlob(repository, layer("deleted", 0));
        assertThat(registry.delete(RegistryClient.blob(repository, Content.sha256(config)))).hasStatus(202);

        assertThat(registry.putManifest(repository, "v1", image.mediaType(), image.bytes()))
                .isError(400, ErrorCode.MANIFEST_BLOB_UNKNOWN);
        assertThat(registry.getManifest(repository, "v1")).hasStatus(404);

        registry.pushBlob(repository, config);
        assertThat(references(registry.pushManifest(repository, "v1", image))).isEqualTo(1_501);
    }

    @Test
    void whatAStopLeftOfALargeManifestIsCompletedByTheNextPush() {
        String repository = REPOSITORY + "/stopped";
        ManifestJson image = image("stopped", 1_500);
        byte[] digest = image.digest().bytes();
        jdbc.update(
                "insert into manifest (digest, size, stored_at) values (?, ?, current_timestamp)",
                digest,
                image.bytes().length);
        jdbc.update(
                "insert into manifest_reference (manifest_id, position, kind, digest, size)"
                        + " select id, 0, 'B', ?, 1 from manifest where digest = ?",
                Content.sha256(config("stopped")).bytes(),
                digest);
        assertThat(registry.getManifest(repository, image.digest())).hasStatus(404);

        pushFirstBlobs(repository, "stopped");
        assertThat(references(registry.pushManifest(repository, "v1", image))).isEqualTo(1_501);
        assertThat(registry.getManifest(repository, "v1").body()).isEqualTo(image.bytes());
    }

    /** An image of which the configuration and the first layer are there. */
    private ManifestJson image(String name, int layers) {
        pushFirstBlobs(REPOSITORY, name);
        byte[][] contents =
                IntStream.range(0, layers).mapToObj(n -> layer(name, n)).toArray(byte[][]::new);
        return ManifestJson.image(config(name), contents);
    }

    private void pushFirstBlobs(String repository, String name) {
        registry.pushBlob(repository, config(name));
        registry.pushBlob(repository, layer(name, 0));
    }

    private static byte[] config(String name) {
        return ("{\"author\":\"" + name + "\"}").getBytes(UTF_8);
    }

    private static byte[] layer(String name, int number) {
        return ("layer " + number + " of " + name).getBytes(UTF_8);
    }

    private int references(Digest manifest) {
        Integer count = jdbc.queryForObject(
                "select count(*) from manifest_reference where manifest_id = (select id from manifest where digest = ?)",
                Integer.class,
                (Object) manifest.bytes());
        return count == null ? 0 : count;
    }
}
