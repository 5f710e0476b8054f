package dev.strata.step;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a command finds mounted. Of a secret it says what it is called and where it stands, never its value; of a cache
 * only what it is called, since its content must not matter.
 *
 * @param type bind, cache, tmpfs, secret or ssh
 * @param target where it stands; empty for the default of its type
 * @param id what it is called; empty where that is not said
 * @param env the variable that has it; empty for a file
 * @param content what is mounted, of a bind
 * @param readonly whether it cannot be written to
 * @param options what else a command can see of it: {@code mode}, {@code uid}, {@code gid}, {@code size}, as text
 */
public record StepMount(
        String type,
        String target,
        String id,
        String env,
        Optional<Content> content,
        boolean readonly,
        Map<String, String> options) {

    static final Set<String> TYPES = Set.of("bind", "cache", "tmpfs", "secret", "ssh");
    static final Set<String> OPTIONS = Set.of("mode", "uid", "gid", "size");

    /** @throws RegistryException STEP_INVALID for another type or option */
    public StepMount {
        options = Map.copyOf(options);
        if (!TYPES.contains(type)) {
            throw new RegistryException(
                    Problem.STEP_INVALID, "there is no such kind of mount", Map.of("field", "mounts.type", "type", type));
        }
        if (!OPTIONS.containsAll(options.keySet())) {
            throw new RegistryException(
                    Problem.STEP_INVALID, "a mount has unknown options", Map.of("options", options.keySet()));
        }
    }

    StepMount mapContent(UnaryOperator<Content> change) {
        return new StepMount(type, target, id, env, content.map(change), readonly, options);
    }
}
