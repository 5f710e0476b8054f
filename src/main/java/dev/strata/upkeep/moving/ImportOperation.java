package dev.strata.upkeep.moving;

import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.blobs.Uploads;
import dev.strata.registry.manifests.Manifests;
import dev.strata.registry.pushes.Pushes;
import dev.strata.upkeep.commands.DirectoryOperation;
import dev.strata.upkeep.commands.Lines;
import java.util.concurrent.Callable;
import org.springframework.stereotype.Component;

/** {@code strata import DIRECTORY}. */
@Component
class ImportOperation implements DirectoryOperation {

    private final Manifests manifests;
    private final Pushes pushes;
    private final Blobs blobs;
    private final Uploads uploads;

    ImportOperation(Manifests manifests, Pushes pushes, Blobs blobs, Uploads uploads) {
        this.manifests = manifests;
        this.pushes = pushes;
        this.blobs = blobs;
        this.uploads = uploads;
    }

    @Override
    public Callable<Integer> command(Lines lines) {
        return new ImportCommand(manifests, pushes, blobs, uploads, lines);
    }
}
