package dev.strata.savings.pieces;

import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.References;
import java.util.List;
import java.util.Optional;

/** What one change has still to do in a repository, what is looked up for it, and how many rows that touched. */
final class Errand {

    private final Books books;
    private final Agenda agenda;
    private final long repositoryId;
    private int cost;

    Errand(Books books, Agenda agenda, long repositoryId) {
        this.books = books;
        this.agenda = agenda;
        this.repositoryId = repositoryId;
    }

    Agenda agenda() {
        return agenda;
    }

    long repositoryId() {
        return repositoryId;
    }

    CountedImage.Key key(long manifestId) {
        return new CountedImage.Key(repositoryId, manifestId);
    }

    List<CountedImage.Key> keys(List<Long> manifestIds) {
        return manifestIds.stream().map(this::key).toList();
    }

    Optional<CountedImage> find(long manifestId) {
        return books.findImage(key(manifestId));
    }

    /** Those of the manifests that the repository has. */
    List<CountedImage> find(List<Long> manifestIds) {
        books.loadImages(keys(manifestIds));
        return manifestIds.stream().flatMap(id -> find(id).stream()).toList();
    }

    void goOn(Task task, ImageParts.Page page) {
        page.next().ifPresent(next -> agenda.add(task.goOn(next)));
    }

    void goOnWhereFull(Task task, References.Naming found) {
        if (found.isFull()) {
            agenda.add(task.goOn(found.last()));
        }
    }

    void goOnWhereFull(Task task, int found, int limit, long position) {
        if (found == limit) {
            agenda.add(task.goOn(position));
        }
    }

    /** Rows were touched, more or less so many. */
    void spend(int rows) {
        cost += rows;
    }

    /** How many rows were touched since the last time that this was asked. */
    int takeCost() {
        int taken = cost;
        cost = 0;
        return taken;
    }
}
