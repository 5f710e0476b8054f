package dev.strata.savings.pieces;

import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Holding;
import dev.strata.savings.ledger.Books;
import java.util.Collection;

/** What it does to the figures that an object becomes a part of an image, or is none any more. */
final class PartAccounting {

    private final Books books;

    PartAccounting(Books books) {
        this.books = books;
    }

    /** Objects are parts of an image from here on, whether they were before or not. */
    void add(CountedImage.Key key, Collection<Long> objects) {
        books.loadParts(books.image(key), objects);
        objects.forEach(object -> add(key, object));
    }

    private void add(CountedImage.Key key, long part) {
        CountedImage image = books.image(key);
        if (books.isPart(image, part)) {
            return;
        }
        CountedObject object = books.object(part);
        long size = object.size();
        if (object.images() == 1) {
            books.set(books.imageByNumber(object.imageSum()).withSizes(0, -size));
        }
        books.set(books.image(key).withSizes(size, object.images() == 0 ? size : 0));
        Holding holding = books.holding(key.repositoryId(), part);
        CountedObject held = object.partOf(image, 1);
        if (holding.images() == 0) {
            if (object.repositories() == 1) {
                books.set(books.repository(object.repositorySum()).withSizes(0, -size));
            }
            books.set(books.repository(key.repositoryId())
                    .withSizes(size, object.repositories() == 0 ? size : 0));
            held = held.inRepository(key.repositoryId(), 1);
        }
        books.set(holding.withImages(1));
        books.set(held);
        books.setPart(image, part, true);
    }

    /** Objects are no parts of an image from here on, whether they were before or not. */
    void remove(CountedImage.Key key, Collection<Long> objects) {
        books.loadParts(books.image(key), objects);
        objects.forEach(object -> remove(key, object));
    }

    private void remove(CountedImage.Key key, long part) {
        CountedImage image = books.image(key);
        if (!books.isPart(image, part)) {
            return;
        }
        CountedObject object = books.object(part);
        long size = object.size();
        CountedObject left = object.partOf(image, -1);
        books.set(image.withSizes(-size, object.images() == 1 ? -size : 0));
        if (left.images() == 1) {
            books.set(books.imageByNumber(left.imageSum()).withSizes(0, size));
        }
        Holding holding = books.holding(key.repositoryId(), part);
        if (holding.images() == 1) {
            left = left.inRepository(key.repositoryId(), -1);
            books.set(books.repository(key.repositoryId())
                    .withSizes(-size, object.repositories() == 1 ? -size : 0));
            if (left.repositories() == 1) {
                books.set(books.repository(left.repositorySum()).withSizes(0, size));
            }
        }
        books.set(holding.withImages(-1));
        books.set(left);
        books.setPart(image, part, false);
    }
}
