package dev.strata.savings.report;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Form;
import dev.strata.savings.counted.Stack;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.SqlArrays;
import dev.strata.savings.pieces.LayerTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The layers of one image, and who shares them. */
@Component
class LayerReport {

    private static final int MOST_SHARERS = 10;
    private static final int MOST_NAMES = 10;
    /** How many stacks are looked at for images that begin with one. */
    private static final int MOST_STACKS = 12;

    private final JdbcTemplate jdbc;
    private final StackNames names;

    LayerReport(JdbcTemplate jdbc, StackNames names) {
        this.jdbc = jdbc;
        this.names = names;
    }

    /** @param base the names of other images that consist of the layers up to this one */
    record Found(ImageSavings.Layer layer, List<String> base) {}

    /**
     * The layers, or of an artifact the blobs, in their order.
     *
     * @param readable the repositories that may be named
     */
    List<Found> find(
            CountedImage image, List<Descriptor> layers, Books books, ReadableRepositories readable) {
        List<Digest> digests = layers.stream().map(Descriptor::digest).toList();
        Map<Digest, Long> blobs = blobs(digests);
        books.load(image.key().repositoryId(), blobs.values());
        List<Digest> stacks = image.form() == Form.IMAGE
                ? LayerTree.stacks(digests.subList(0, Math.min(digests.size(), LayerTree.DEEPEST)))
                : List.of();
        books.loadStacks(stacks);
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Optional<Stack> stack = i < stacks.size() ? books.findStack(stacks.get(i)) : Optional.empty();
            found.add(new Found(layer(image, layers.get(i), blobs, stack, books, readable), base(image, stack, readable)));
        }
        return found;
    }

    private Map<Digest, Long> blobs(List<Digest> digests) {
        Map<Digest, Long> blobs = new HashMap<>();
        jdbc.query(
                "select b.digest, b.id from blob b where b.digest = any(?)",
                row -> {
                    blobs.put(Digest.ofBytes(row.getBytes(1)), CountedObject.ofBlob(row.getLong(2)));
                },
                SqlArrays.arrayOfDigests(digests));
        return blobs;
    }

    private ImageSavings.Layer layer(
            CountedImage image,
            Descriptor layer,
            Map<Digest, Long> blobs,
            Optional<Stack> stack,
            Books books,
            ReadableRepositories readable) {
        Optional<Long> blob = Optional.ofNullable(blobs.get(layer.digest()));
        Optional<CountedObject> object = blob.flatMap(books::findObject);
        return new ImageSavings.Layer(
                layer.digest(),
                layer.mediaType(),
                layer.size(),
                blob.filter(id -> books.holding(image.key().repositoryId(), id).linked()).isPresent(),
                object.map(CountedObject::images).orElse(0),
                object.map(CountedObject::repositories).orElse(0),
                stack.map(Stack::stack),
                stack.map(Stack::images),
                stack.map(row -> sharers(image, row, readable)));
    }

    private List<String> base(CountedImage image, Optional<Stack> stack, ReadableRepositories readable) {
        return stack.filter(row -> row.ends() > 0 && row.id() != image.stackId())
                .map(row -> names.of(row.id(), MOST_NAMES, readable))
                .orElse(List.of());
    }

    /** Some of the other images that begin with a stack: those that end there first, then those that go on. */
    private List<ImageSavings.Sharer> sharers(CountedImage image, Stack stack, ReadableRepositories readable) {
        List<ImageSavings.Sharer> sharers = new ArrayList<>();
        Deque<Long> waiting = new ArrayDeque<>(List.of(stack.id()));
        for (int looks = 0; looks < MOST_STACKS && !waiting.isEmpty() && stack.images() > 1; looks++) {
            long id = waiting.remove();
            ending(id, image, StackNames.looks(MOST_SHARERS - sharers.size(), readable)).stream()
                    .filter(sharer -> readable.include(sharer.repository()))
                    .limit((long) MOST_SHARERS - sharers.size())
                    .forEach(sharers::add);
            if (sharers.size() == MOST_SHARERS) {
                break;
            }
            waiting.addAll(jdbc.queryForList(
                    "select s.id from savings_stack s where s.parent_id = ?"
                            + " order by s.parent_id desc, s.images desc, s.id desc limit ?",
                    Long.class,
                    id,
                    MOST_STACKS));
        }
        return sharers;
    }

    private List<ImageSavings.Sharer> ending(long stackId, CountedImage except, int limit) {
        return jdbc.query(
                "select (select r.name from repository r where r.id = i.repository_id),"
                        + " (select m.digest from manifest m where m.id = i.manifest_id),"
                        + " (select t.name from tag t where t.repository_id = i.repository_id"
                        + " and t.manifest_id = i.manifest_id limit 1)"
                        + " from savings_image i where i.stack_id = ? and i.number <> ?"
                        + " order by i.stack_id desc, i.tagged desc, i.number desc"
                        + " limit ?",
                (row, number) -> {
                    Optional<String> tag = Optional.ofNullable(row.getString(3));
                    Digest digest = Digest.ofBytes(row.getBytes(2));
                    return new ImageSavings.Sharer(
                            row.getString(1), tag, tag.isPresent() ? Optional.empty() : Optional.of(digest));
                },
                stackId,
                except.number(),
                limit);
    }
}
