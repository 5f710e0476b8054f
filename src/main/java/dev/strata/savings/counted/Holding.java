package dev.strata.savings.counted;

/**
 * What a repository has of an object.
 *
 * @param images of how many of the repository's images it is a part
 * @param linked whether the repository has it as a blob of its own
 * @param uploaded whether it was uploaded since the last manifest that names it came
 */
public record Holding(Key key, int images, boolean linked, boolean uploaded) {

    public record Key(long repositoryId, long objectId) {}

    public static Holding of(Key key) {
        return new Holding(key, 0, false, false);
    }

    public Holding withImages(int change) {
        return new Holding(key, images + change, linked, uploaded);
    }

    public Holding withLinked(boolean isLinked) {
        return new Holding(key, images, isLinked, uploaded && isLinked);
    }

    public Holding withUploaded(boolean isUploaded) {
        return new Holding(key, images, linked, isUploaded);
    }

    public boolean isEmpty() {
        return images == 0 && !linked;
    }
}
