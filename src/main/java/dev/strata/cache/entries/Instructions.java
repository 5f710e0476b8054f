package dev.strata.cache.entries;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.CanonicalJson;
import dev.strata.step.Operation;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What an instruction says by itself, without what it sees: by it the entries are found that nearly fit. */
public final class Instructions {

    private Instructions() {}

    /** The same for all steps with the same command, destination or directory. */
    public static Digest digest(Operation operation) {
        ArrayNode words = JsonNodeFactory.instance.arrayNode().add(name(operation));
        switch (operation) {
            case Operation.Run run -> run.argv().forEach(words::add);
            case Operation.Copy copy -> words.add(copy.dest());
            case Operation.Workdir workdir -> words.add(workdir.cwd());
        }
        return Digest.ofContent(
                DigestAlgorithm.SHA256, CanonicalJson.of(words).getBytes(StandardCharsets.UTF_8));
    }

    /** The instruction's keyword. */
    public static String name(Operation operation) {
        return switch (operation) {
            case Operation.Run run -> "RUN";
            case Operation.Copy copy -> copy.kind().name();
            case Operation.Workdir workdir -> "WORKDIR";
        };
    }
}
