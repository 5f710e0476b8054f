package dev.strata.savings;

import org.springframework.stereotype.Component;

/** Where the figures lie. */
@Component
record Tables(
        ObjectTable objects,
        HoldingTable holdings,
        ImageTable images,
        RepositoryTable repositories,
        StackTable stacks,
        TotalTable totals,
        ReferenceTable references) {

    /** Books to read from, or to write to by the one who may: see {@link Bookkeeper}. */
    Books open() {
        return new Books(objects, holdings, images, repositories, stacks, totals);
    }

    Parts parts(Books books) {
        return new Parts(books, references);
    }
}
