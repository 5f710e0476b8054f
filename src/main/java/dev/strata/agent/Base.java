package dev.strata.agent;

import dev.strata.oci.Digest;
import java.util.List;

/** What a stage starts from. */
sealed interface Base {

    /** Nothing at all. */
    record Scratch() implements Base {}

    /** An image of a registry. */
    record Image(RemoteImage image) implements Base {

        List<Digest> diffIds() {
            return image.diffIds();
        }
    }

    /** The end of another stage. */
    record Stage(StagePlan stage) implements Base {}
}
