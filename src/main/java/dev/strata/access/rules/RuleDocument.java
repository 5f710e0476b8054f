package dev.strata.access.rules;

import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads rules as people write them, in YAML, and JSON is YAML too. All of it is read, and everything that is wrong is noted
 * with its line.
 */
public abstract class RuleDocument {

    /** In characters: what is read of each takes some dozen times its room for a moment. */
    public static final int LONGEST = 1024 * 1024;

    private static final int MOST_FAULTS = 20;
    private static final int DEEPEST = 10;

    private final List<String> faults = new ArrayList<>();

    /** Reads a text; what comes of it counts only where there are no faults. */
    protected final <T> T read(String text, T otherwise, Function<@Nullable Node, T> reading) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LONGEST);
        options.setNestingDepthLimit(DEEPEST);
        try {
            return reading.apply(new Yaml(new SafeConstructor(options)).compose(new StringReader(text)));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            faults.add("line " + line + ": " + e.getProblem());
        } catch (YAMLException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
        return otherwise;
    }

    /** What is wrong; the first of it, where it is much. */
    protected final List<String> faults() {
        return faults.subList(0, Math.min(MOST_FAULTS, faults.size()));
    }

    /** Reads a part, and notes what is wrong with it. */
    protected final <T> Optional<T> attempt(Node node, Function<Node, T> reading) {
        int before = faults.size();
        try {
            T read = reading.apply(node);
            return faults.size() == before ? Optional.of(read) : Optional.empty();
        } catch (InvalidGrantException e) {
            fault(node, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    protected final List<Glob> globs(@Nullable Node node) {
        List<Glob> globs = new ArrayList<>();
        for (Node pattern : elements(node)) {
            attempt(pattern, written -> Glob.of(text(written))).ifPresent(globs::add);
        }
        return globs;
    }

    protected final @Nullable Node required(Node node, Map<String, Node> fields, String name) {
        if (!fields.containsKey(name)) {
            fault(node, "'" + name + "' is missing");
        }
        return fields.get(name);
    }

    /** @param known the only ones that there may be; any, where it is empty */
    protected final Map<String, Node> fields(@Nullable Node node, Set<String> known) {
        Map<String, Node> fields = new HashMap<>();
        if (node == null) {
            return fields;
        }
        if (!(node instanceof MappingNode mapping)) {
            fault(node, "here are names with values");
            return fields;
        }
        for (NodeTuple entry : mapping.getValue()) {
            String name = text(entry.getKeyNode());
            if (!known.isEmpty() && !known.contains(name)) {
                fault(entry.getKeyNode(), "there is no '" + name + "' here");
            } else if (fields.put(name, entry.getValueNode()) != null) {
                fault(entry.getKeyNode(), "'" + name + "' is here twice");
            }
        }
        return fields;
    }

    /** Where a list has one element, it need not be written as one. */
    protected static List<Node> elements(@Nullable Node node) {
        if (node == null) {
            return List.of();
        }
        return node instanceof SequenceNode list ? list.getValue() : List.of(node);
    }

    protected final String text(@Nullable Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        if (node != null) {
            fault(node, "here is a single word");
        }
        return "";
    }

    protected final void fault(Node node, String what) {
        faults.add("line " + line(node) + ": " + what);
    }

    protected static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
