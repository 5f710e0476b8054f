package dev.strata.upkeep.http;

import dev.strata.access.endpoints.Open;
import dev.strata.registry.PromiseProperties;
import dev.strata.storage.StorageProperties;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.upkeep.UndoProperties;
import dev.strata.upkeep.bin.LowDisk;
import dev.strata.upkeep.deletions.HeldBytes;
import dev.strata.upkeep.scrub.ScrubState;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** How upkeep stands: what deletions hold and until when, the room on the disk, and how far the scrub is. */
@RestController
class UpkeepController {

    private final HeldBytes held;
    private final LowDisk lowDisk;
    private final ScrubState scrub;
    private final DataDirectory directory;
    private final StorageProperties storage;
    private final UndoProperties undo;
    private final PromiseProperties promises;
    private final UpkeepJson json;

    UpkeepController(
            HeldBytes held,
            LowDisk lowDisk,
            ScrubState scrub,
            DataDirectory directory,
            StorageProperties storage,
            UndoProperties undo,
            PromiseProperties promises,
            UpkeepJson json) {
        this.held = held;
        this.lowDisk = lowDisk;
        this.scrub = scrub;
        this.directory = directory;
        this.storage = storage;
        this.undo = undo;
        this.promises = promises;
        this.json = json;
    }

    @Open(to = Open.Audience.TOTALS)
    @GetMapping("/api/upkeep")
    void upkeep(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ObjectNode answer = json.object()
                .put("undo_seconds", undo.undo().toSeconds())
                .put("grace_seconds", promises.grace().toSeconds());
        answer.set("held", json.held(held.held()));
        answer.set("disk", disk());
        answer.set("scrub", json.scrub(scrub.now()));
        json.send(request, response, answer);
    }

    private ObjectNode disk() {
        ObjectNode disk = json.object()
                .put("free", directory.root().toFile().getUsableSpace())
                .put("gives_up_below", lowDisk.wanted())
                .put("refuses_below", storage.minFree().toBytes());
        lowDisk.lastGivenUp()
                .ifPresent(given -> disk.putObject("given_up")
                        .put("at", given.at().toString())
                        .put("items", given.items())
                        .put("bytes", given.bytes()));
        return disk;
    }
}
