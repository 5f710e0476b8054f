package dev.strata.savings;

/**
 * What a repository's images come to.
 *
 * @param asIfUnshared their full sizes times their copies, in bytes
 * @param full the sizes of their parts, each once
 * @param unique the sizes of those parts that no image of another repository has
 */
record RepositoryRow(long id, String name, int images, int tags, long asIfUnshared, long full, long unique) {

    static RepositoryRow of(long id, String name) {
        return new RepositoryRow(id, name, 0, 0, 0, 0, 0);
    }

    boolean isEmpty() {
        return images == 0 && full == 0;
    }

    RepositoryRow withImages(int imageChange, int tagChange, long asIfUnsharedChange) {
        return new RepositoryRow(
                id, name, images + imageChange, tags + tagChange, asIfUnshared + asIfUnsharedChange, full, unique);
    }

    RepositoryRow withSizes(long fullChange, long uniqueChange) {
        return new RepositoryRow(id, name, images, tags, asIfUnshared, full + fullChange, unique + uniqueChange);
    }
}
