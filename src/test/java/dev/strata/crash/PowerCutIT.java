package dev.strata.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Digests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class PowerCutIT {

    private final SplittableRandom random = new SplittableRandom();

    /** A power cut keeps names of files whose bytes were not forced, and none of the bytes; or not even the names. */
    @Test
    void aPowerCutThatEmptiedUploadsDoesNotStopTheStart(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data)
            throws Exception {
        byte[] content = Contents.unlikeAnyOther(random);
        String resumable;
        try (KillableServer server = KillableServer.start(data)) {
            server.calls().pushBlob("crash/power", content).expect(201);
            resumable = server.calls().startUpload("crash/power");
            server.kill();
        }
        String closing = "closing-" + Digests.sha256(content).replace(':', '-');
        String gone = "closing-" + Digests.sha256(new byte[1]).replace(':', '-');
        String owner = "crash/power\nsha256\n";
        List<Map<String, String>> broken = List.of(
                Map.of(),
                Map.of("data", ""),
                Map.of("session", ""),
                Map.of("session", "", "data", ""),
                Map.of("session", "", "data", "", closing, ""),
                Map.of("session", "", closing, ""),
                Map.of("session", owner),
                Map.of("session", owner, gone, ""));
        for (Map<String, String> files : broken) {
            Path upload = Files.createDirectory(data.resolve("uploads").resolve(UUID.randomUUID().toString()));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(upload.resolve(file.getKey()), file.getValue());
            }
        }

        try (KillableServer server = KillableServer.start(data)) {
            Place blob = Place.blob("crash/power", Digests.sha256(content));
            assertThat(blob.look(server.calls())).hasValue(blob.name());
            server.calls().get(Place.upload("crash/power", resumable).path()).expect(204);
            assertThat(server.log()).contains(broken.size() + " were not whole and are deleted");
        }
    }
}
