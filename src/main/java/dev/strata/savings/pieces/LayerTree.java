package dev.strata.savings.pieces;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.Stack;
import dev.strata.savings.counted.Total;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.DefectException;
import dev.strata.savings.ledger.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the layer tree: images with the same layers from the first one on share a path from its root. */
public final class LayerTree {

    /** Builders stop at 127; what lies above is not in the tree. */
    public static final int DEEPEST = 200;

    private final Books books;
    private final ImageParts parts;

    public LayerTree(Books books, ImageParts parts) {
        this.books = books;
        this.parts = parts;
    }

    /**
     * Adds an image, and returns the id of the stack that it consists of; the root's where it has no layers.
     *
     * @param instructions what made the layers, the lowest first; empty where nobody can say
     */
    public long add(CountedImage image, List<String> instructions) {
        List<References.Reference> layers = layers(parts.first(image, DEEPEST + 1));
        List<Digest> stacks = stacks(layers.stream().map(References.Reference::digest).toList());
        books.loadStacks(stacks);
        long below = Stack.ROOT;
        books.add(Total.STACK_IMAGES, 1);
        for (int i = 0; i < stacks.size(); i++) {
            int end = i == stacks.size() - 1 ? 1 : 0;
            String instruction = i < instructions.size() ? instructions.get(i) : "";
            Stack stack = books.findStack(stacks.get(i)).orElse(null);
            if (stack == null) {
                stack = create(layers.get(i), stacks, i, below, instruction);
            }
            books.set(stack.withImages(1, end));
            below = stack.id();
        }
        return below;
    }

    private Stack create(References.Reference layer, List<Digest> stacks, int index, long below, String instruction) {
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
                instruction.isEmpty() ? Optional.empty() : Optional.of(instruction));
    }

    public void remove(CountedImage image) {
        List<References.Reference> layers = layers(parts.first(image, DEEPEST + 1));
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
            stacks.add(stacks.isEmpty() ? layer : ChainId.chain(stacks.getLast(), layer));
        }
        return stacks;
    }
}
