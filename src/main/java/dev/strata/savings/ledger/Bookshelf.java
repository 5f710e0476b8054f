package dev.strata.savings.ledger;

import org.springframework.stereotype.Component;

/** Where the figures lie. */
@Component
public record Bookshelf(
        CountedObjects objects,
        Holdings holdings,
        CountedImages images,
        CountedRepositories repositories,
        Stacks stacks,
        Totals totals,
        Parts parts,
        References references,
        Correction correction) {

    /** Books to read from, or to write to by the one who may, the bookkeeper. */
    public Books open() {
        return new Books(objects, holdings, images, repositories, stacks, totals, parts);
    }
}
