package dev.strata.registry.repositories;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.access.rights.ReadableRepositories.Span;
import dev.strata.oci.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Looks for the repositories that somebody may read, a piece of the names at a time, and ends when there are enough or
 * when it has looked at very many.
 */
final class CatalogScan {

    /** Names at the most that one request looks at: some tenths of a second. */
    static final int MOST_LOOKS = 100_000;

    private static final int LARGEST_PIECE = 1_000;

    private final RepositoryTable repositories;
    private final Predicate<String> readable;
    private final String after;
    private final int enough;
    private final List<RepositoryName> found = new ArrayList<>();
    private String place;
    private int looks;

    /**
     * @param after where it begins, exclusive; empty at the beginning
     * @param enough after how many it ends
     */
    CatalogScan(RepositoryTable repositories, ReadableRepositories readable, String after, int enough) {
        this.repositories = repositories;
        this.readable = readable::include;
        this.after = after;
        this.enough = enough;
        this.place = after;
    }

    void over(List<Span> spans) {
        for (Span span : spans) {
            if (isOver()) {
                return;
            }
            switch (span) {
                case Span.Names(var names) -> lookAt(names);
                case Span.Under(var start) -> lookUnder(start);
            }
        }
    }

    private void lookAt(List<String> names) {
        List<String> left = names.stream().filter(name -> name.compareTo(after) > 0).toList();
        if (!left.isEmpty()) {
            take(repositories.present(left), left.size(), left.getLast());
        }
    }

    private void lookUnder(String start) {
        boolean hasMore = true;
        while (hasMore && !isOver()) {
            // At first no more than are asked for: most often all may be read.
            int size = looks == 0 ? Math.min(enough, LARGEST_PIECE) : LARGEST_PIECE;
            List<RepositoryTable.Place> piece =
                    repositories.listUnder(start, place.compareTo(after) > 0 ? place : after, size);
            hasMore = piece.size() == size;
            if (!piece.isEmpty()) {
                take(piece, piece.size(), piece.getLast().name().value());
            }
        }
    }

    private void take(List<RepositoryTable.Place> piece, int looked, String last) {
        piece.stream()
                .filter(listed -> !listed.isHidden())
                .map(RepositoryTable.Place::name)
                .filter(name -> readable.test(name.value()))
                .forEach(found::add);
        looks += looked;
        place = last;
    }

    private boolean isOver() {
        return found.size() >= enough || isTired();
    }

    /** Whether it ended before there were enough, and there may be others behind the place to which it came. */
    boolean isTired() {
        return looks >= MOST_LOOKS && found.size() < enough;
    }

    /** The name that was looked at last, which its reader may not be told. */
    String place() {
        return place;
    }

    List<RepositoryName> found() {
        return found;
    }
}
