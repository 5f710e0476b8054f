package dev.strata.cache.layerfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.TestTar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever a tree went through, layer by layer: what is copied of it is the same as of the tree in one layer. */
class RandomStackTest {

    private static final int ROUNDS = 300;
    private static final int MOST_LAYERS = 6;
    private static final int CHANGES = 8;
    private static final List<String> NAMES = List.of("a", "b", "b.jar", "c", "d.jar");
    private static final List<String> SOURCES = List.of(
            "a", "b", "c", "a/a", "a/b/c", "b/", "c/b", "a/*", "a/*.jar", "*", "*.jar", "b/c/a", "a/a/a", "?", "c/[a-c]");

    /** @param content of a file, the target of a link, and nothing of a directory */
    private record Node(char kind, String content) {}

    private final TreeMap<String, Node> tree = new TreeMap<>();

    @Test
    void aStackIsTheTreeThatItEndsOn() {
        long seed = Long.getLong("strata.step.seed", new Random().nextLong());
        Random random = new Random(seed);
        int certain = 0;
        for (int round = 0; round < ROUNDS; round++) {
            tree.clear();
            List<TestTar> layers = new ArrayList<>();
            for (int layer = 0; layer <= random.nextInt(MOST_LAYERS); layer++) {
                layers.add(nextLayer(random));
            }
            StackedLayers stack = StackedLayers.of(layers.toArray(TestTar[]::new));
            StackedLayers merged = StackedLayers.of(inOneLayer());
            for (String source : SOURCES) {
                Optional<CopiedFiles> expected = merged.copy(source);
                assertThat(stack.copy(source).map(CopiedFiles::content))
                        .as("%s of round %d with -Dstrata.step.seed=%d: %s", source, round, seed, tree)
                        .isEqualTo(expected.map(CopiedFiles::content));
                certain += expected.isPresent() ? 1 : 0;
                int lowest = random.nextInt(layers.size());
                Optional<CopiedFiles> partly = stack.knownFrom(lowest).copy(source);
                partly.ifPresent(files -> assertThat(files.content())
                        .as("%s without %d layers with -Dstrata.step.seed=%d: %s", source, lowest, seed, tree)
                        .isEqualTo(expected.orElseThrow().content()));
            }
        }
        assertThat(certain).as("sources that are there").isGreaterThan(ROUNDS);
    }

    /** Changes the tree, and writes what differs as a layer. */
    private TestTar nextLayer(Random random) {
        TreeMap<String, Node> before = new TreeMap<>(tree);
        List<String> emptied = new ArrayList<>();
        for (int change = 0; change < CHANGES; change++) {
            String path = path(random);
            switch (random.nextInt(7)) {
                case 0 -> remove(path);
                case 1 -> {
                    if (before.containsKey(path) && before.get(path).kind() == '5' && isDirectory(path)) {
                        tree.keySet().removeIf(other -> other.startsWith(path + "/"));
                        emptied.add(path);
                    }
                }
                case 2, 3 -> put(path, new Node('5', ""));
                case 4 -> put(path, new Node('2', random.nextBoolean() ? "/" + path(random) : NAMES.get(random.nextInt(5))));
                default -> put(path, new Node('0', String.valueOf(random.nextInt(4))));
            }
        }
        emptied.removeIf(path -> !isDirectory(path));
        return layer(before, emptied);
    }

    private static String path(Random random) {
        List<String> names = new ArrayList<>();
        for (int depth = 0; depth <= random.nextInt(3); depth++) {
            names.add(NAMES.get(random.nextInt(NAMES.size())));
        }
        return String.join("/", names);
    }

    private boolean isDirectory(String path) {
        return path.isEmpty() || tree.containsKey(path) && tree.get(path).kind() == '5';
    }

    private void remove(String path) {
        tree.keySet().removeIf(other -> other.equals(path) || other.startsWith(path + "/"));
    }

    private void put(String path, Node node) {
        if (!isDirectory(LayerFile.parentOf(path)) || isDirectory(path) && node.kind() == '5') {
            return;
        }
        remove(path);
        tree.put(path, node);
    }

    private TestTar layer(Map<String, Node> before, List<String> emptied) {
        TreeMap<String, Node> written = new TreeMap<>();
        List<String> gone = new ArrayList<>();
        tree.forEach((path, node) -> {
            boolean isHidden = emptied.stream().anyMatch(directory -> path.startsWith(directory + "/"));
            if (!node.equals(before.get(path)) || isHidden || isBelowOther(path, before)) {
                written.put(path, node);
            }
        });
        before.keySet().stream()
                .filter(path -> !tree.containsKey(path) && isDirectory(LayerFile.parentOf(path)))
                .filter(path -> emptied.stream().noneMatch(directory -> path.startsWith(directory + "/")))
                .filter(path -> isSameDirectory(LayerFile.parentOf(path), before))
                .forEach(gone::add);
        emptied.forEach(path -> written.put(path, tree.get(path)));
        List<String> touched = new ArrayList<>(written.keySet());
        touched.addAll(gone);
        touched.forEach(path -> {
            for (String above = LayerFile.parentOf(path); !above.isEmpty(); above = LayerFile.parentOf(above)) {
                written.put(above, tree.get(above));
            }
        });
        TestTar tar = new TestTar();
        gone.forEach(path -> tar.file(marker(path, ".wh." + path.substring(path.lastIndexOf('/') + 1)), ""));
        emptied.forEach(path -> tar.file(path + "/.wh..wh..opq", ""));
        write(written, tar);
        return tar;
    }

    private static String marker(String path, String name) {
        String parent = LayerFile.parentOf(path);
        return parent.isEmpty() ? name : parent + "/" + name;
    }

    private boolean isSameDirectory(String path, Map<String, Node> before) {
        return path.isEmpty() || isDirectory(path) && before.containsKey(path) && before.get(path).kind() == '5';
    }

    /** Whether one of the directories that a path is in was something else before. */
    private static boolean isBelowOther(String path, Map<String, Node> before) {
        for (String above = LayerFile.parentOf(path); !above.isEmpty(); above = LayerFile.parentOf(above)) {
            if (!before.containsKey(above) || before.get(above).kind() != '5') {
                return true;
            }
        }
        return false;
    }

    private TestTar inOneLayer() {
        return write(tree, new TestTar());
    }

    private static TestTar write(Map<String, Node> nodes, TestTar tar) {
        nodes.forEach((path, node) -> {
            switch (node.kind()) {
                case '5' -> tar.directory(path);
                case '2' -> tar.link(path, node.content());
                default -> tar.file(path, node.content());
            }
        });
        return tar;
    }
}
