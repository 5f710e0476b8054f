package dev.strata.upkeep.moving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.testing.Content;
import dev.strata.testing.OfAnyStore;
import dev.strata.testing.OnS3;
import dev.strata.testing.RegistryClient;
import dev.strata.upkeep.commands.Given;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** Where blobs are on S3, those of a directory are sent there. */
@OnS3
class ImportOnS3Test extends OfAnyStore {

    @Autowired
    RegistryClient client;

    @Autowired
    DataDirectory data;

    @TempDir
    Path directory;

    @Test
    void whatIsWholeComesOnceAndTheRestIsListed() throws IOException {
        DistributionTree tree = new DistributionTree(directory);
        Digest image = tree.putImage("import/s3", "1", 91);
        tree.putImage("import/s3/again", "1", 91);
        tree.putImage("import/s3", "damaged", 92);
        byte[] damaged = DistributionTree.layer(92);
        damaged[0] ^= 1;
        tree.spoil(Content.sha256(DistributionTree.layer(92)), damaged);

        Given first = Given.command(data, "import", directory.toString());
        Given second = Given.command(data, "import", directory.toString());

        assertThat(first.code()).isEqualTo(1);
        assertThat(first.text())
                .contains("0 blobs linked (0 bytes), 3 copied", "2 shared between repositories")
                .contains("damaged: " + Content.sha256(DistributionTree.layer(92)))
                .contains("2 tags set");
        assertThat(second.text()).contains("0 blobs linked (0 bytes), 0 copied", "0 tags set, 2 as they were");
        assertThat(Content.sha256(client.getManifest("import/s3/again", "1").body())).isEqualTo(image);
        assertThat(client.getBlob("import/s3", Content.sha256(DistributionTree.layer(91))))
                .hasStatus(200)
                .hasBody(DistributionTree.layer(91));
        assertThat(client.getManifest("import/s3", "damaged")).hasStatus(404);
    }
}
