package dev.strata.savings.books;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.History;
import dev.strata.oci.RepositoryName;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.CountedImage;
import dev.strata.savings.ledger.DefectException;
import dev.strata.savings.ledger.References;
import dev.strata.savings.ledger.Stack;
import dev.strata.savings.ledger.Total;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the layer tree: images with the same layers from the first one on share a path from its root. */
public final class LayerTree {

    /** Builders stop at 127; what lies above is not in the tree. */
    public static final int DEEPEST = 200;
    /** In characters; what identifies an instruction stands at its beginning. */
    private static final int LONGEST_INSTRUCTION = 200;

    private final Books books;
    private final ImageParts parts;
    private final Configurations configurations;

    public LayerTree(Books books, ImageParts parts, Configurations configurations) {
        this.books = books;
        this.parts = parts;
        this.configurations = configurations;
    }

    /** Adds an image, and returns the id of the stack that it consists of; the root's where it has no layers. */
    public long add(CountedImage image) {
        List<References.Reference> layers = layers(parts.followed(image));
        List<Digest> stacks = stacks(layers.stream().map(References.Reference::digest).toList());
        books.loadStacks(stacks);
        Optional<List<History>> history = Optional.empty();
        long below = Stack.ROOT;
        books.add(Total.STACK_IMAGES, 1);
        for (int i = 0; i < stacks.size(); i++) {
            int end = i == stacks.size() - 1 ? 1 : 0;
            Optional<Stack> found = books.findStack(stacks.get(i));
            if (found.isEmpty()) {
                if (history.isEmpty()) {
                    history = Optional.of(history(image, layers.size()));
                }
                found = Optional.of(create(layers.get(i), stacks, i, below, history.get()));
            }
            books.set(found.get().withImages(1, end));
            below = found.get().id();
        }
        return below;
    }

    private Stack create(
            References.Reference layer, List<Digest> stacks, int index, long below, List<History> history) {
        changeChildren(stacks, index, 1, layer.size());
        return new Stack(
                books.next(Total.LAST_STACK_ID),
                below,
                stacks.get(index),
                layer.digest(),
                layer.size(),
                index + 1,
                0,
                0,
                0,
                0,
                history.isEmpty() ? Optional.empty() : cut(history.get(index).createdBy()));
    }

    private List<History> history(CountedImage image, int layers) {
        RepositoryName repository =
                RepositoryName.of(books.repository(image.key().repositoryId()).name());
        Digest configuration = parts.followed(image).getFirst().digest();
        return configurations
                .find(repository, configuration)
                .map(found -> Configurations.ofLayers(found, layers))
                .orElse(List.of());
    }

    private static Optional<String> cut(String instruction) {
        if (instruction.isEmpty()) {
            return Optional.empty();
        }
        int end = instruction.offsetByCodePoints(0, Math.min(LONGEST_INSTRUCTION, instruction.codePointCount(0, instruction.length())));
        return Optional.of(instruction.substring(0, end).replace('\0', ' '));
    }

    public void remove(CountedImage image) {
        List<References.Reference> layers = layers(parts.followed(image));
        List<Digest> stacks = stacks(layers.stream().map(References.Reference::digest).toList());
        books.loadStacks(stacks);
        books.add(Total.STACK_IMAGES, -1);
        for (int i = stacks.size() - 1; i >= 0; i--) {
            Digest name = stacks.get(i);
            Stack stack = books.findStack(name)
                    .orElseThrow(() -> new DefectException("The stack " + name + " is not in the books"));
            books.set(stack.withImages(-1, i == stacks.size() - 1 ? -1 : 0));
            if (stack.images() == 1) {
                changeChildren(stacks, i, -1, stack.size());
            }
        }
    }

    private void changeChildren(List<Digest> stacks, int index, int change, long size) {
        if (index == 0) {
            books.add(Total.STACK_CHILDREN, change);
            books.add(Total.STACK_CHILDREN_SIZE, change * size);
        } else {
            books.findStack(stacks.get(index - 1)).ifPresent(below -> books.set(below.withChild(change, size)));
        }
    }

    /** The layers of an image: what it names but its configuration, which stands first. */
    public static List<References.Reference> layers(List<References.Reference> references) {
        return references.stream().skip(1).limit(DEEPEST).toList();
    }

    /** The names of the stacks that layers make, the lowest first. */
    public static List<Digest> stacks(List<Digest> layers) {
        List<Digest> stacks = new ArrayList<>();
        for (Digest layer : layers) {
            stacks.add(stacks.isEmpty() ? layer : on(stacks.getLast(), layer));
        }
        return stacks;
    }

    private static Digest on(Digest below, Digest layer) {
        return Digest.ofContent(DigestAlgorithm.SHA256, (below + " " + layer).getBytes(StandardCharsets.UTF_8));
    }
}
