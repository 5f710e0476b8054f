package dev.strata.savings;

import dev.strata.oci.Digest;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** The figures while a batch of changes is folded into them. What follows from a row alone is kept with the row. */
final class Books {

    private final ImageTable imageTable;
    private final RepositoryTable repositoryTable;
    private final Rows<Long, ObjectRow> objects;
    private final Rows<HoldingRow.Key, HoldingRow> holdings;
    private final Rows<ImageRow.Key, ImageRow> images;
    private final Rows<Long, RepositoryRow> repositories;
    private final Rows<Digest, StackRow> stacks;
    private final Rows<Total, TotalTable.Row> totals;
    private final Map<Long, ImageRow.Key> numbers = new HashMap<>();

    Books(
            ObjectTable objects,
            HoldingTable holdings,
            ImageTable images,
            RepositoryTable repositories,
            StackTable stacks,
            TotalTable totals) {
        this.imageTable = images;
        this.repositoryTable = repositories;
        this.objects = new Rows<>(objects);
        this.holdings = new Rows<>(holdings);
        this.images = new Rows<>(images);
        this.repositories = new Rows<>(repositories);
        this.stacks = new Rows<>(stacks);
        this.totals = new Rows<>(totals);
        this.totals.load(List.of(Total.values()));
    }

    /** Reads at once what will be asked for. */
    void load(long repositoryId, Collection<Long> objectIds) {
        objects.load(objectIds);
        holdings.load(objectIds.stream()
                .map(id -> new HoldingRow.Key(repositoryId, id))
                .toList());
    }

    Optional<ObjectRow> findObject(long id) {
        return objects.find(id);
    }

    ObjectRow object(long id) {
        return objects.find(id).orElseThrow(() -> new DefectException("The object " + id + " is not in the books"));
    }

    void add(ObjectRow object) {
        objects.put(object.id(), object);
        contributions(object).forEach(this::add);
    }

    void set(ObjectRow object) {
        contributions(object(object.id())).forEach((total, amount) -> add(total, -amount));
        objects.put(object.id(), object);
        contributions(object).forEach(this::add);
    }

    /** What an object adds to the totals. */
    static Map<Total, Long> contributions(ObjectRow object) {
        boolean manifest = ObjectRow.isManifest(object.id());
        long size = object.size();
        Map<Total, Long> contributions = new EnumMap<>(Total.class);
        if (object.images() > 0) {
            contributions.put(manifest ? Total.MANIFESTS_IN_USE_SIZE : Total.BLOBS_IN_USE_SIZE, size);
            contributions.put(manifest ? Total.MANIFESTS_IN_USE_COUNT : Total.BLOBS_IN_USE_COUNT, 1L);
        } else if (object.links() > 0) {
            contributions.put(manifest ? Total.MANIFESTS_UNREFERENCED_SIZE : Total.BLOBS_UNREFERENCED_SIZE, size);
        } else {
            contributions.put(manifest ? Total.MANIFESTS_UNLINKED_SIZE : Total.BLOBS_UNLINKED_SIZE, size);
        }
        contributions.put(Total.PARTS_SIZE, size * object.images());
        contributions.put(Total.HOLDINGS_SIZE, size * object.repositories());
        return contributions;
    }

    HoldingRow holding(long repositoryId, long objectId) {
        HoldingRow.Key key = new HoldingRow.Key(repositoryId, objectId);
        return holdings.find(key).orElse(HoldingRow.of(key));
    }

    void set(HoldingRow holding) {
        if (holding.isEmpty()) {
            holdings.remove(holding.key());
        } else {
            holdings.put(holding.key(), holding);
        }
    }

    Optional<ImageRow> findImage(ImageRow.Key key) {
        Optional<ImageRow> image = images.find(key);
        image.ifPresent(row -> numbers.put(row.number(), key));
        return image;
    }

    ImageRow image(ImageRow.Key key) {
        return findImage(key).orElseThrow(() -> new DefectException("The manifest " + key + " is not in the books"));
    }

    ImageRow imageByNumber(long number) {
        ImageRow.Key key = numbers.get(number);
        if (key == null) {
            key = imageTable
                    .findByNumber(number)
                    .map(ImageRow::key)
                    .orElseThrow(() -> new DefectException("The image number " + number + " is not in the books"));
        }
        return image(key);
    }

    void add(ImageRow image) {
        images.put(image.key(), image);
        numbers.put(image.number(), image.key());
        count(Optional.empty(), Optional.of(image));
    }

    void set(ImageRow image) {
        ImageRow before = image(image.key());
        images.put(image.key(), image);
        count(Optional.of(before), Optional.of(image));
    }

    void remove(ImageRow image) {
        ImageRow before = image(image.key());
        images.remove(image.key());
        count(Optional.of(before), Optional.empty());
    }

    private void count(Optional<ImageRow> before, Optional<ImageRow> after) {
        long repositoryId = before.or(() -> after).orElseThrow().key().repositoryId();
        int imageChange = count(before, after, image -> image.isRoot() ? 1 : 0);
        int tagChange = count(before, after, ImageRow::tags);
        long asIfUnsharedChange = change(before, after, image -> image.copies() * image.full());
        add(Total.IMAGES, imageChange);
        add(Total.TAGS, tagChange);
        add(Total.AS_IF_UNSHARED, asIfUnsharedChange);
        add(Total.SAVED_BY_TAGS, change(before, after, image -> Math.max(0, image.copies() - 1) * image.full()));
        set(repository(repositoryId).withImages(imageChange, tagChange, asIfUnsharedChange));
    }

    private static int count(Optional<ImageRow> before, Optional<ImageRow> after, ToIntFunction<ImageRow> count) {
        return after.map(count::applyAsInt).orElse(0) - before.map(count::applyAsInt).orElse(0);
    }

    private static long change(Optional<ImageRow> before, Optional<ImageRow> after, ToLongFunction<ImageRow> size) {
        return after.map(size::applyAsLong).orElse(0L) - before.map(size::applyAsLong).orElse(0L);
    }

    RepositoryRow repository(long id) {
        return repositories.find(id).orElseGet(() -> RepositoryRow.of(id, repositoryTable.name(id)));
    }

    void set(RepositoryRow repository) {
        int before = repositories.find(repository.id()).isPresent() ? 1 : 0;
        if (repository.isEmpty()) {
            repositories.remove(repository.id());
        } else {
            repositories.put(repository.id(), repository);
        }
        add(Total.REPOSITORIES, (repository.isEmpty() ? 0 : 1) - before);
    }

    Optional<StackRow> findStack(Digest stack) {
        return stacks.find(stack);
    }

    void loadStacks(Collection<Digest> keys) {
        stacks.load(keys);
    }

    void set(StackRow stack) {
        if (stack.images() == 0) {
            stacks.remove(stack.stack());
        } else {
            stacks.put(stack.stack(), stack);
        }
    }

    void add(Total total, long change) {
        if (change != 0) {
            totals.put(total, new TotalTable.Row(total, amount(total) + change));
        }
    }

    /** Counts one on, and returns where it stands then. */
    long next(Total total) {
        add(total, 1);
        return amount(total);
    }

    long amount(Total total) {
        return totals.find(total).map(TotalTable.Row::amount).orElse(0L);
    }

    /** Writes all that has changed. */
    void write() {
        objects.write();
        holdings.write();
        images.write();
        repositories.write();
        stacks.write();
        totals.write();
    }
}
