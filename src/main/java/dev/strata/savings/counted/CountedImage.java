package dev.strata.savings.counted;

/**
 * A manifest in a repository.
 *
 * @param number given once and never again
 * @param tags how many name it
 * @param parents how many indexes of the repository it is a part of
 * @param full its full size in bytes, 0 where it is but a part of indexes
 * @param unique the bytes that no other image has
 * @param stackId its place in the layer tree, {@link #NOT_IN_TREE} where it has none
 */
public record CountedImage(Key key, long number, Form form, int tags, int parents, long full, long unique, long stackId) {

    public static final long NOT_IN_TREE = -1;

    public record Key(long repositoryId, long manifestId) {}

    /** Whether it is an image in the sense of docs/savings.md, and not but a part of one. */
    public boolean isRoot() {
        return tags > 0 || parents == 0;
    }

    /** How many copies there would be of it if nothing were shared. */
    public int copies() {
        return isRoot() ? Math.max(1, tags) : 0;
    }

    /** The same while it becomes a part of others or an image of its own: what it still consists of is counted once. */
    public long counted() {
        return Math.max(1, tags);
    }

    public long shared() {
        return full - unique;
    }

    /** What deleting one of its tags, or itself where it has none, would free. */
    public long freed() {
        return tags > 1 ? 0 : unique;
    }

    public CountedImage withTags(int change) {
        return new CountedImage(key, number, form, tags + change, parents, full, unique, stackId);
    }

    public CountedImage withParents(int change) {
        return new CountedImage(key, number, form, tags, parents + change, full, unique, stackId);
    }

    public CountedImage withSizes(long fullChange, long uniqueChange) {
        return new CountedImage(key, number, form, tags, parents, full + fullChange, unique + uniqueChange, stackId);
    }

    public CountedImage withForm(Form newForm) {
        return new CountedImage(key, number, newForm, tags, parents, full, unique, stackId);
    }

    public CountedImage withStack(long newStackId) {
        return new CountedImage(key, number, form, tags, parents, full, unique, newStackId);
    }
}
