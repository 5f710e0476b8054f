package dev.strata.agent.plan;

import dev.strata.agent.images.RemoteImage;
import dev.strata.oci.Digest;
import java.util.List;

/** What a stage starts from. */
public sealed interface Base {

    /** Nothing at all. */
    record Scratch() implements Base {}

    /** An image of a registry. */
    record Image(RemoteImage image) implements Base {

        public List<Digest> diffIds() {
            return image.diffIds();
        }
    }

    /** The end of another stage. */
    record Stage(StagePlan stage) implements Base {}
}
