package dev.strata.savings.report;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.savings.counted.Stack;
import dev.strata.savings.counted.Total;
import dev.strata.savings.ledger.Stacks;
import dev.strata.savings.ledger.Totals;
import dev.strata.savings.pieces.LayerTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** The layer tree, as far as somebody can look at it at once; docs/savings.md says what its nodes tell. */
@Service
public class LayerTreeReport {

    /** How many layers a part of the tree has at the most. */
    public static final int MOST_NODES = 500;

    private static final int MOST_NAMES = 3;
    /** At how many layers one looks for those that somebody may see, of whom that is not said already. */
    private static final int MOST_LOOKS = 2_000;

    private final JdbcTemplate jdbc;
    private final Stacks stacks;
    private final StackNames names;
    private final Holders holders;
    private final Totals totals;

    LayerTreeReport(JdbcTemplate jdbc, Stacks stacks, StackNames names, Holders holders, Totals totals) {
        this.jdbc = jdbc;
        this.stacks = stacks;
        this.names = names;
        this.holders = holders;
        this.totals = totals;
    }

    /** A layer on the layers below it. Sizes are in bytes. */
    public record Layer(
            Digest stack,
            Digest digest,
            long size,
            int depth,
            int images,
            int ends,
            int children,
            long saved,
            List<String> names,
            Optional<String> createdBy,
            Optional<List<Layer>> layers,
            Optional<Others> others,
            Optional<List<String>> on) {}

    /**
     * The children that are not shown.
     *
     * @param size absent for whoever may not know that of each
     */
    public record Others(long children, long images, Optional<Long> size) {}

    /** A part of the tree. */
    public record Tree(
            List<Layer> path, long images, long children, List<Layer> layers, Optional<Others> others) {}

    /** What a node has below it, while it is read. */
    private record Open(long id, int depth, long children, long childrenSize, long imagesAbove, List<Branch> branches) {

        Optional<Others> others(ReadableRepositories readable) {
            long hidden = children - branches.size();
            long images = imagesAbove - branches.stream().mapToLong(branch -> branch.row.images()).sum();
            long size = childrenSize - branches.stream().mapToLong(branch -> branch.row.size()).sum();
            return hidden > 0
                    ? Optional.of(new Others(hidden, images, readable.areAll() ? Optional.of(size) : Optional.empty()))
                    : Optional.empty();
        }
    }

    private record Branch(Stack row, Open open) {

        static Branch of(Stack row) {
            return new Branch(
                    row,
                    new Open(
                            row.id(),
                            row.depth(),
                            row.children(),
                            row.childrenSize(),
                            (long) row.images() - row.ends(),
                            new ArrayList<>()));
        }
    }

    /**
     * A part of the tree.
     *
     * @param from the stack where it begins; empty for the root
     * @param depth how many levels below it
     * @param breadth how many children of each
     * @param readable the repositories that may be named; layers that are in others alone are not shown
     * @throws RegistryException BLOB_UNKNOWN where there is no such stack, or one of its layers is not shown
     */
    public Tree tree(Optional<Digest> from, int depth, int breadth, ReadableRepositories readable) {
        List<Stack> path = from.isPresent() ? path(from.get(), readable) : List.of();
        Open top = path.isEmpty() ? root() : Branch.of(path.getLast()).open();
        Deque<Open> waiting = new ArrayDeque<>(List.of(top));
        int left = MOST_NODES;
        int looks = readable.areAll() ? MOST_NODES : MOST_LOOKS;
        while (!waiting.isEmpty() && left > 0 && looks > 0) {
            Open node = waiting.remove();
            if (node.children() > 0 && node.depth() - top.depth() < depth) {
                int most = Math.min(left, breadth);
                List<Stack> children = children(node.id(), Math.min(looks, StackNames.looks(most, readable)));
                children.stream().filter(child -> isShown(child, readable)).limit(most).map(Branch::of).forEach(branch -> {
                    node.branches().add(branch);
                    waiting.add(branch.open());
                });
                left -= node.branches().size();
                looks -= children.size();
            }
        }
        return new Tree(
                path.stream()
                        .map(row -> layer(row, Optional.empty(), Optional.empty(), Optional.empty(), readable))
                        .toList(),
                top.imagesAbove(),
                top.children(),
                layers(top, readable),
                top.others(readable));
    }

    private Open root() {
        Map<Total, Long> amounts = totals.read();
        return new Open(
                Stack.ROOT,
                0,
                amounts.get(Total.STACK_CHILDREN),
                amounts.get(Total.STACK_CHILDREN_SIZE),
                amounts.get(Total.STACK_IMAGES),
                new ArrayList<>());
    }

    /** Whether a layer is in a repository that may be read. */
    private boolean isShown(Stack row, ReadableRepositories readable) {
        return holders.include(row.digest(), readable);
    }

    /** From the first layer up to the stack, which is its last. */
    private List<Stack> path(Digest stack, ReadableRepositories readable) {
        return Optional.ofNullable(stacks.find(List.of(stack)).get(stack))
                .map(row -> below(row).reversed())
                .filter(path -> path.stream().allMatch(row -> isShown(row, readable)))
                .orElseThrow(() -> new RegistryException(
                        Problem.BLOB_UNKNOWN, "no image begins with such a stack", Map.of("stack", stack.toString())));
    }

    private List<Stack> children(long parentId, int limit) {
        return jdbc.query(
                "select " + Stacks.COLUMNS + " from savings_stack s where s.parent_id = ?"
                        + " order by s.parent_id desc, s.images desc, s.id desc limit ?",
                Stacks.ROW,
                parentId,
                limit);
    }

    private List<Layer> layers(Open node, ReadableRepositories readable) {
        return node.branches().stream()
                .map(branch -> layer(
                        branch.row(),
                        Optional.of(layers(branch.open(), readable)),
                        branch.open().others(readable),
                        Optional.empty(),
                        readable))
                .toList();
    }

    private Layer layer(
            Stack row,
            Optional<List<Layer>> layers,
            Optional<Others> others,
            Optional<List<String>> on,
            ReadableRepositories readable) {
        return new Layer(
                row.stack(),
                row.digest(),
                row.size(),
                row.depth(),
                row.images(),
                row.ends(),
                row.children(),
                row.saved(),
                row.ends() > 0 ? names.of(row.id(), MOST_NAMES, readable) : List.of(),
                row.createdBy(),
                layers,
                others,
                on);
    }

    /** A stack, and those below it down to the first layer. */
    private List<Stack> below(Stack stack) {
        List<Stack> found = new ArrayList<>(List.of(stack));
        while (found.getLast().parentId() != Stack.ROOT && found.size() < LayerTree.DEEPEST) {
            found.addAll(jdbc.query(
                    "select " + Stacks.COLUMNS + " from savings_stack s where s.id = ?",
                    Stacks.ROW,
                    found.getLast().parentId()));
        }
        return found;
    }

    /** The stacks on which two images stand at least, those first whose layer saves most; of those that are shown. */
    public List<Layer> bases(int limit, ReadableRepositories readable) {
        return jdbc
                .query(
                        "select " + Stacks.COLUMNS + " from savings_stack s where s.saved > 0"
                                + " order by s.saved desc, s.id desc limit ?",
                        Stacks.ROW,
                        StackNames.looks(limit, readable))
                .stream()
                .filter(row -> isShown(row, readable))
                .limit(limit)
                .map(row -> layer(row, Optional.empty(), Optional.empty(), Optional.of(on(row, readable)), readable))
                .toList();
    }

    /** The names of the nearest stack below that has some. */
    private List<String> on(Stack stack, ReadableRepositories readable) {
        return below(stack).stream()
                .skip(1)
                .filter(row -> row.ends() > 0)
                .map(row -> names.of(row.id(), MOST_NAMES, readable))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }
}
