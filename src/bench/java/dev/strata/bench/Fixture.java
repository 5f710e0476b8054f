package dev.strata.bench;

import java.util.List;
import java.util.stream.IntStream;

/** The content that every server is given, the same for all, and the names it has there. */
final class Fixture {

    static final String BLOBS = "bench/blobs";
    static final String MANIFESTS = "bench/manifests";
    static final String FEW_TAGS = "bench/tags-few";
    static final String MANY_TAGS = "bench/tags-many";
    static final String IMAGES = "bench/images";
    static final String CACHE = "bench/cache";
    static final String IMAGE_TAG = "seeded";

    /** Several, as clients seldom want the same; few enough to stay in memory, so that no disk is measured. */
    private static final int SMALL_BLOBS = 16;
    private static final int MANIFEST_COUNT = 64;

    private final Contents contents = new Contents();
    private final Blob large;
    private final List<Blob> small;
    private final Image smallImage;
    private final Image image;
    private final CachedSteps cachedSteps = new CachedSteps();

    Fixture(Scale scale) {
        large = contents.next(scale.large());
        small = IntStream.range(0, SMALL_BLOBS).mapToObj(_ -> contents.next(scale.small())).toList();
        smallImage = Image.small(contents);
        image = Image.realShaped(contents);
    }

    Contents contents() {
        return contents;
    }

    Blob large() {
        return large;
    }

    List<Blob> small() {
        return small;
    }

    /** The image whose blobs are in the repositories for manifests and tags. */
    Image smallImage() {
        return smallImage;
    }

    Image image() {
        return image;
    }

    CachedSteps cachedSteps() {
        return cachedSteps;
    }

    /** Manifests 0 to 63 are in {@link #MANIFESTS}, each under its own tag. */
    List<Integer> manifestNumbers() {
        return IntStream.range(0, MANIFEST_COUNT).boxed().toList();
    }

    static String manifestTag(int number) {
        return "manifest-" + number;
    }
}
