package dev.strata.savings;

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
record ObjectRow(long id, long size, int links, int images, int repositories, long imageSum, long repositorySum) {

    static ObjectRow of(long id, long size) {
        return new ObjectRow(id, size, 0, 0, 0, 0, 0);
    }

    static long ofBlob(long blobId) {
        return 2 * blobId;
    }

    static long ofManifest(long manifestId) {
        return 2 * manifestId + 1;
    }

    static boolean isManifest(long id) {
        return id % 2 != 0;
    }

    ObjectRow linked(int change) {
        return new ObjectRow(id, size, links + change, images, repositories, imageSum, repositorySum);
    }

    ObjectRow partOf(ImageRow image, int change) {
        return new ObjectRow(
                id, size, links, images + change, repositories, imageSum + change * image.number(), repositorySum);
    }

    ObjectRow inRepository(long repositoryId, int change) {
        return new ObjectRow(
                id, size, links, images, repositories + change, imageSum, repositorySum + change * repositoryId);
    }
}
