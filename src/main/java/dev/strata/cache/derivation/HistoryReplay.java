package dev.strata.cache.derivation;

import dev.strata.oci.History;
import dev.strata.oci.ImageConfig;
import dev.strata.step.BuildState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Reads from an image's history which command made which layer, and what that command saw. What the history says is
 * believed only where it leads to the very configuration that the image has.
 */
final class HistoryReplay {

    private static final String BUILDAH = "io.buildah.version";

    /** Variables of all commands of an image together. */
    private static final int MOST_VARIABLES = 100_000;

    /**
     * A command that an image's history tells of, and what it saw.
     *
     * @param layer the index of the layer that came out
     * @param hint whether the history leaves out what else the command may have seen
     */
    record Command(
            int layer, List<String> argv, SortedMap<String, String> environment, String user, String cwd, boolean hint) {}

    private final ImageConfig config;
    private final BuildState.Scoping scoping;

    private HistoryReplay(ImageConfig config) {
        this.config = config;
        this.scoping = config.history().stream().anyMatch(HistoryLine::isOfBuildKit)
                ? BuildState.Scoping.LAST_WINS
                : BuildState.Scoping.ENV_WINS;
    }

    /**
     * The commands of an image.
     *
     * @param bases configurations of images that this one may stand on, those that it most likely does first
     * @return empty where nothing can be told of it
     */
    static Optional<List<Command>> of(ImageConfig config, List<ImageConfig> bases) {
        HistoryReplay replay = new HistoryReplay(config);
        for (HistoryLine.Form form : HistoryLine.Form.values()) {
            Optional<List<Command>> commands = replay.from(Optional.empty(), 0, 0, form);
            for (int i = 0; i < bases.size() && commands.isEmpty(); i++) {
                commands = replay.above(bases.get(i), form);
            }
            if (commands.isPresent()) {
                return commands;
            }
        }
        return Optional.empty();
    }

    /** Whether an image begins with all layers and all of the history of another one. */
    static boolean standsOn(ImageConfig config, ImageConfig base) {
        int layers = base.diffIds().size();
        int lines = base.history().size();
        return layers < config.diffIds().size()
                && lines <= config.history().size()
                && config.diffIds().subList(0, layers).equals(base.diffIds())
                && config.history().subList(0, lines).equals(base.history());
    }

    private Optional<List<Command>> above(ImageConfig base, HistoryLine.Form form) {
        return standsOn(config, base)
                ? from(Optional.of(base), base.diffIds().size(), base.history().size(), form)
                : Optional.empty();
    }

    private Optional<List<Command>> from(Optional<ImageConfig> base, int layers, int lines, HistoryLine.Form form) {
        List<History> own = config.history().subList(lines, config.history().size());
        long counted = own.stream().filter(line -> !line.emptyLayer()).count();
        if (counted != config.diffIds().size() - layers) {
            return Optional.empty(); // squashed or committed, or of an imported base
        }
        return run(start(base), layers, own, form).or(() -> {
            BuildState start = start(base);
            start.addDefaultPath();
            return run(start, layers, own, form);
        });
    }

    private BuildState start(Optional<ImageConfig> base) {
        return base.map(config -> new BuildState(config, scoping)).orElseGet(() -> new BuildState(scoping));
    }

    private Optional<List<Command>> run(BuildState state, int layers, List<History> own, HistoryLine.Form form) {
        List<Command> commands = new ArrayList<>();
        int layer = layers;
        int variables = 0;
        for (History history : own) {
            HistoryLine line = HistoryLine.of(history, state, form);
            if (line instanceof HistoryLine.Run(var argv, var arguments) && !history.emptyLayer()) {
                SortedMap<String, String> environment = state.environment(arguments);
                commands.add(new Command(layer, argv, environment, state.user(), state.cwd(), isHint(history, form)));
                variables += environment.size();
            }
            line.applyTo(state);
            if (!state.isPossible() || variables > MOST_VARIABLES) {
                return Optional.empty();
            }
            if (!history.emptyLayer()) {
                layer++;
            }
        }
        return state.isThatOf(config) ? Optional.of(commands) : Optional.empty();
    }

    /**
     * The classic builder had nothing that it could have left out; the others know mounts and write nothing of them. It
     * never wrote a comment either. Buildah's label can be switched off, but not what it writes into the history.
     */
    private boolean isHint(History history, HistoryLine.Form form) {
        return HistoryLine.isOfBuildKit(history)
                || form == HistoryLine.Form.SOURCE
                || !history.comment().isEmpty()
                || config.labels().containsKey(BUILDAH);
    }
}
