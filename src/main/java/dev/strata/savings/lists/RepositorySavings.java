package dev.strata.savings.lists;

import dev.strata.savings.counted.CountedRepository;

/** A repository's figures; docs/savings.md defines each. Sizes are in bytes. */
public record RepositorySavings(
        String name, long images, long tags, long asIfUnshared, long full, long unique, long shared, long freed) {

    static RepositorySavings of(CountedRepository row) {
        return new RepositorySavings(
                row.name(),
                row.images(),
                row.tags(),
                row.asIfUnshared(),
                row.full(),
                row.unique(),
                row.full() - row.unique(),
                row.unique());
    }
}
