package dev.strata.upkeep.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.upkeep.commands.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** Where PostgreSQL has the metadata, its own program copies them, while no blob is deleted. */
@RegistryTest
abstract class DumpedDatabaseTestCase {

    @Autowired
    RegistryClient client;

    @Autowired
    DataDirectory data;

    @TempDir
    Path backups;

    @Test
    void theDatabaseIsCopiedAsTheUserSays() throws IOException {
        Digest digest = client.pushBlob("backup/postgres", Content.random(80_900, 300));

        Given refused = Given.command(data, "backup", backups.toString());
        Given failed = Given.command(data, "backup", "--dump=exit 3", backups.toString());
        Given run = Given.command(data, "backup", "--dump=echo dumped > \"$BACKUP\"", backups.toString());

        assertThat(refused.text()).contains("say with --dump how it is copied");
        assertThat(failed.text()).contains("the command ended with 3");
        assertThat(run.text()).contains("is written");
        assertThat(BackupDirectory.runs(backups)).hasSize(1);
        Path written = backups.resolve("runs").resolve(BackupDirectory.runs(backups).getFirst());
        assertThat(written.resolve("database")).hasContent("dumped");
        assertThat(Files.readString(written.resolve("blobs"))).contains(digest + " 300");
    }
}
