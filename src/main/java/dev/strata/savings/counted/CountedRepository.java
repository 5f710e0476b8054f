package dev.strata.savings.counted;

/**
 * What a repository's images come to.
 *
 * @param asIfUnshared their full sizes times their copies, in bytes
 * @param full the sizes of their parts, each once
 * @param unique the sizes of those parts that no image of another repository has
 */
public record CountedRepository(long id, String name, int images, int tags, long asIfUnshared, long full, long unique) {

    public static CountedRepository of(long id, String name) {
        return new CountedRepository(id, name, 0, 0, 0, 0, 0);
    }

    public boolean isEmpty() {
        return images == 0 && full == 0;
    }

    public CountedRepository withImages(int imageChange, int tagChange, long asIfUnsharedChange) {
        return new CountedRepository(
                id, name, images + imageChange, tags + tagChange, asIfUnshared + asIfUnsharedChange, full, unique);
    }

    public CountedRepository withSizes(long fullChange, long uniqueChange) {
        return new CountedRepository(id, name, images, tags, asIfUnshared, full + fullChange, unique + uniqueChange);
    }
}
