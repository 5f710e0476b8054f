package dev.strata.savings;

/**
 * What a repository has of an object.
 *
 * @param images of how many of the repository's images it is a part
 * @param linked whether the repository has it as a blob of its own
 * @param uploaded whether it was uploaded since the last manifest that names it came
 */
record HoldingRow(Key key, int images, boolean linked, boolean uploaded) {

    record Key(long repositoryId, long objectId) {}

    static HoldingRow of(Key key) {
        return new HoldingRow(key, 0, false, false);
    }

    HoldingRow withImages(int change) {
        return new HoldingRow(key, images + change, linked, uploaded);
    }

    HoldingRow withLinked(boolean isLinked) {
        return new HoldingRow(key, images, isLinked, uploaded && isLinked);
    }

    HoldingRow withUploaded(boolean isUploaded) {
        return new HoldingRow(key, images, linked, isUploaded);
    }

    boolean isEmpty() {
        return images == 0 && !linked;
    }
}
