package dev.strata.savings.counted;

/**
 * A blob or a manifest, stored once for all repositories.
 *
 * @param id see {@link #ofBlob} and {@link #ofManifest}
 * @param size in bytes
 * @param links in how many repositories it is
 * @param images of how many images it is a part
 * @param repositories in how many repositories it is a part of an image
 * @param imageSum the numbers of those images added up: where there is one image, its number
 * @param repositorySum the ids of those repositories added up: where there is one repository, its id
 */
public record CountedObject(long id, long size, int links, int images, int repositories, long imageSum, long repositorySum) {

    public static CountedObject of(long id, long size) {
        return new CountedObject(id, size, 0, 0, 0, 0, 0);
    }

    public static long ofBlob(long blobId) {
        return 2 * blobId;
    }

    public static long ofManifest(long manifestId) {
        return 2 * manifestId + 1;
    }

    public static boolean isManifest(long id) {
        return id % 2 != 0;
    }

    public CountedObject linked(int change) {
        return new CountedObject(id, size, links + change, images, repositories, imageSum, repositorySum);
    }

    public CountedObject partOf(CountedImage image, int change) {
        return new CountedObject(
                id, size, links, images + change, repositories, imageSum + change * image.number(), repositorySum);
    }

    public CountedObject inRepository(long repositoryId, int change) {
        return new CountedObject(
                id, size, links, images, repositories + change, imageSum, repositorySum + change * repositoryId);
    }
}
