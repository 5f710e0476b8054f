package dev.strata.upkeep.bin;

import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.storage.StorageProperties;
import dev.strata.testing.ManifestJson;
import dev.strata.upkeep.collection.CollectionTestCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A disk that is nearly full makes what can be taken back go, before pushes are refused. */
class LowDiskTest extends CollectionTestCase {

    private static final String REPOSITORY = "undo/low";

    @Autowired
    LowDisk disk;

    @Autowired
    StorageProperties storage;

    @Test
    void theOldestGoesFirstAndNoMoreThanWillDo() {
        assertThat(registry.post("/api/upkeep/empty")).hasStatus(200);
        List<ManifestJson> images = new ArrayList<>();
        for (int seed = 90_001; seed < 90_003; seed++) {
            ManifestJson image = registry.pushBlobsOf(REPOSITORY, seed);
            registry.pushManifest(REPOSITORY, "t", image);
            registry.delete(manifest(REPOSITORY, image.digest()));
            images.add(image);
            CLOCK.moveOn(Duration.ofMinutes(1));
        }
        pass(LONG);
        double before = registry.meter("strata_upkeep_given_up_total");
        long wanted = storage.minFree().toBytes() / 2 * 3;
        disk.keepFree(wanted);
        assertThat(registry.meter("strata_upkeep_given_up_total")).isEqualTo(before);

        disk.keepFree(wanted - 1);
        assertThat(registry.meter("strata_upkeep_given_up_total")).isEqualTo(before + 1);
        assertThat(registry.get("/api/upkeep").json().at("/disk/given_up/items").intValue()).isEqualTo(1);
        pass(Duration.ZERO);
        assertThat(isStored(layerOf(images.getFirst()))).isFalse();
        assertThat(isStored(layerOf(images.getLast()))).isTrue();
        assertThat(registry.post("/api/repositories/" + REPOSITORY + "/tags/t/restore?digest=" + images.getLast().digest()))
                .hasStatus(200);
    }

    private static Digest layerOf(ManifestJson image) {
        return Digest.of(image.json().at("/layers/0/digest").stringValue());
    }
}
