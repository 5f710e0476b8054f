package dev.strata.savings;

/**
 * What a repository has of an object.
 *
 * @param images of how many of the repository's images it is a part
 * @param linked whether the repository has it as a blob of its own
 */
record HoldingRow(Key key, int images, boolean linked) {

    record Key(long repositoryId, long objectId) {}

    static HoldingRow of(Key key) {
        return new HoldingRow(key, 0, false);
    }

    boolean isEmpty() {
        return images == 0 && !linked;
    }
}
