package dev.strata.savings.ledger;

import dev.strata.oci.Digest;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.CountedRepository;
import dev.strata.savings.counted.Holding;
import dev.strata.savings.counted.Stack;
import dev.strata.savings.counted.Total;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** The figures while a batch of changes is folded into them. What follows from a row alone is kept with the row. */
public final class Books {

    private final CountedImages imageTable;
    private final CountedRepositories repositoryTable;
    private final RowCache<Long, CountedObject> objects;
    private final RowCache<Holding.Key, Holding> holdings;
    private final RowCache<CountedImage.Key, CountedImage> images;
    private final RowCache<Long, CountedRepository> repositories;
    private final RowCache<Digest, Stack> stacks;
    private final RowCache<Total, Totals.Row> totals;
    private final RowCache<Parts.Part, Parts.Part> parts;
    private final Map<Long, CountedImage.Key> numbers = new HashMap<>();

    public Books(
            CountedObjects objects,
            Holdings holdings,
            CountedImages images,
            CountedRepositories repositories,
            Stacks stacks,
            Totals totals,
            Parts parts) {
        this.imageTable = images;
        this.repositoryTable = repositories;
        this.objects = new RowCache<>(objects);
        this.holdings = new RowCache<>(holdings);
        this.images = new RowCache<>(images);
        this.repositories = new RowCache<>(repositories);
        this.stacks = new RowCache<>(stacks);
        this.totals = new RowCache<>(totals);
        this.parts = new RowCache<>(parts);
        this.totals.load(List.of(Total.values()));
    }

    /** Reads at once what will be asked for of objects that may be parts of an image, or are. */
    public void loadParts(CountedImage image, Collection<Long> objectIds) {
        load(image.key().repositoryId(), objectIds);
        parts.load(objectIds.stream().map(id -> part(image, id)).toList());
    }

    /** The same of one object and several images of a repository. */
    public void loadParts(Collection<CountedImage> images, long objectId) {
        parts.load(images.stream().map(image -> part(image, objectId)).toList());
    }

    /** Reads at once what will be asked for, and returns it. */
    public List<CountedImage> imagesByNumber(Collection<Long> numbers) {
        List<CountedImage.Key> keys = imageTable.keys(numbers);
        loadImages(keys);
        return keys.stream().map(this::image).toList();
    }

    private static Parts.Part part(CountedImage image, long objectId) {
        return new Parts.Part(image.key().repositoryId(), objectId, image.number());
    }

    /** Whether an object is a part of an image. */
    public boolean isPart(CountedImage image, long objectId) {
        return parts.find(part(image, objectId)).isPresent();
    }

    /** Says that an object is a part of an image, or is none any more. */
    public void setPart(CountedImage image, long objectId, boolean isPart) {
        Parts.Part part = part(image, objectId);
        if (isPart) {
            parts.put(part, part);
        } else {
            parts.remove(part);
        }
    }

    /** Reads at once what will be asked for. */
    public void load(long repositoryId, Collection<Long> objectIds) {
        objects.load(objectIds);
        holdings.load(objectIds.stream()
                .map(id -> new Holding.Key(repositoryId, id))
                .toList());
    }

    public Optional<CountedObject> findObject(long id) {
        return objects.find(id);
    }

    public CountedObject object(long id) {
        return objects.find(id).orElseThrow(() -> new DefectException("The object " + id + " is not in the books"));
    }

    public void add(CountedObject object) {
        objects.put(object.id(), object);
        contributions(object).forEach(this::add);
    }

    public void set(CountedObject object) {
        contributions(object(object.id())).forEach((total, amount) -> add(total, -amount));
        objects.put(object.id(), object);
        contributions(object).forEach(this::add);
    }

    public void remove(CountedObject object) {
        contributions(object(object.id())).forEach((total, amount) -> add(total, -amount));
        objects.remove(object.id());
    }

    /** What an object adds to the totals. */
    public static Map<Total, Long> contributions(CountedObject object) {
        boolean manifest = CountedObject.isManifest(object.id());
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

    public Holding holding(long repositoryId, long objectId) {
        Holding.Key key = new Holding.Key(repositoryId, objectId);
        return holdings.find(key).orElse(Holding.of(key));
    }

    public void set(Holding holding) {
        if (holding.isEmpty()) {
            holdings.remove(holding.key());
        } else {
            holdings.put(holding.key(), holding);
        }
    }

    public Optional<CountedImage> findImage(CountedImage.Key key) {
        Optional<CountedImage> image = images.find(key);
        image.ifPresent(row -> numbers.put(row.number(), key));
        return image;
    }

    /** Reads at once what will be asked for. */
    public void loadImages(Collection<CountedImage.Key> keys) {
        images.load(keys);
    }

    public CountedImage image(CountedImage.Key key) {
        return findImage(key).orElseThrow(() -> new DefectException("The manifest " + key + " is not in the books"));
    }

    public CountedImage imageByNumber(long number) {
        CountedImage.Key key = numbers.get(number);
        if (key == null) {
            key = imageTable
                    .findByNumber(number)
                    .map(CountedImage::key)
                    .orElseThrow(() -> new DefectException("The image number " + number + " is not in the books"));
        }
        return image(key);
    }

    public void add(CountedImage image) {
        images.put(image.key(), image);
        numbers.put(image.number(), image.key());
        count(Optional.empty(), Optional.of(image));
    }

    public void set(CountedImage image) {
        CountedImage before = image(image.key());
        images.put(image.key(), image);
        count(Optional.of(before), Optional.of(image));
    }

    public void remove(CountedImage image) {
        CountedImage before = image(image.key());
        images.remove(image.key());
        count(Optional.of(before), Optional.empty());
    }

    private void count(Optional<CountedImage> before, Optional<CountedImage> after) {
        long repositoryId = before.or(() -> after).orElseThrow().key().repositoryId();
        int imageChange = count(before, after, image -> image.isRoot() ? 1 : 0);
        int tagChange = count(before, after, CountedImage::tags);
        long asIfUnsharedChange = change(before, after, image -> image.counted() * image.full());
        add(Total.IMAGES, imageChange);
        add(Total.TAGS, tagChange);
        add(Total.AS_IF_UNSHARED, asIfUnsharedChange);
        add(Total.SAVED_BY_TAGS, change(before, after, image -> (image.counted() - 1) * image.full()));
        set(repository(repositoryId).withImages(imageChange, tagChange, asIfUnsharedChange));
    }

    private static int count(Optional<CountedImage> before, Optional<CountedImage> after, ToIntFunction<CountedImage> count) {
        return after.map(count::applyAsInt).orElse(0) - before.map(count::applyAsInt).orElse(0);
    }

    private static long change(Optional<CountedImage> before, Optional<CountedImage> after, ToLongFunction<CountedImage> size) {
        return after.map(size::applyAsLong).orElse(0L) - before.map(size::applyAsLong).orElse(0L);
    }

    public CountedRepository repository(long id) {
        return repositories.find(id).orElseGet(() -> CountedRepository.of(id, repositoryTable.name(id)));
    }

    public void set(CountedRepository repository) {
        int before = repositories.find(repository.id()).isPresent() ? 1 : 0;
        if (repository.isEmpty()) {
            repositories.remove(repository.id());
        } else {
            repositories.put(repository.id(), repository);
        }
        add(Total.REPOSITORIES, (repository.isEmpty() ? 0 : 1) - before);
    }

    public Optional<Stack> findStack(Digest stack) {
        return stacks.find(stack);
    }

    public void loadStacks(Collection<Digest> keys) {
        stacks.load(keys);
    }

    public void set(Stack stack) {
        if (stack.images() == 0) {
            stacks.remove(stack.stack());
        } else {
            stacks.put(stack.stack(), stack);
        }
    }

    public void add(Total total, long change) {
        if (change != 0) {
            totals.put(total, new Totals.Row(total, amount(total) + change));
        }
    }

    /** Counts one on, and returns where it stands then. */
    public long next(Total total) {
        add(total, 1);
        return amount(total);
    }

    public long amount(Total total) {
        return totals.find(total).map(Totals.Row::amount).orElse(0L);
    }

    /** Writes all that has changed. */
    public void write() {
        objects.write();
        holdings.write();
        images.write();
        repositories.write();
        stacks.write();
        totals.write();
        parts.write();
    }
}
