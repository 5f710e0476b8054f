package dev.strata.savings.pieces;

import java.util.Locale;

/**
 * A bounded step of folding a change. Several are left to do where a change touches much; each can be done again.
 *
 * @param subject the manifest, or of the kinds for blobs the blob, that it is about
 * @param other a manifest or blob beside it, or how many were counted; 0 where there is none
 * @param from where to go on
 */
public record Task(Kind kind, long subject, long other, long from) {

    public enum Kind {
        /** Sees what the repository has of the blobs that a new manifest names; counts those that need no upload. */
        SURVEY,
        /** The same, without counting. */
        SURVEY_AGAIN,
        /** Tells a new manifest that indexes wait for it. */
        JOIN_PARENTS,
        /** Tells indexes that a manifest is gone. */
        LEAVE_PARENTS,
        /** Tells what an index lists that it is a part of it. */
        ADOPT,
        /** Tells what an index lists that it is no part of it any more. */
        RELEASE,
        /** Has it counted again by how many indexes each is listed that an index lists. */
        COUNT_PARENTS,
        /** Counts again by how many indexes a manifest is listed. So far there are {@code other}. */
        COUNT_INDEXES,
        /** Makes what {@code other} consists of parts of the image {@code subject}. */
        ADD_PARTS,
        /** Takes all parts from an image. */
        REMOVE_PARTS,
        /** Makes an image that has no part as large as its parts. */
        SET_TO_NOTHING,
        /** Gives an image its place in the layer tree. */
        PLACE,
        /** Removes a manifest that has no part any more. */
        FORGET,
        /** A blob is there for the manifests that wait for it. */
        OFFER_BLOB,
        /** The same for one manifest, which is {@code other}, and the indexes that list it. */
        GIVE_BLOB,
        /** A blob is gone from all images. */
        WITHDRAW_BLOB,
        /** Notes which manifests wait for a blob now. */
        MISS_BLOB;

        public Task of(long subject) {
            return new Task(this, subject, 0, 0);
        }

        public Task of(long subject, long other) {
            return new Task(this, subject, other, 0);
        }
    }

    Task goOn(long position) {
        return new Task(kind, subject, other, position);
    }

    static Task parse(String text) {
        String[] fields = text.split(" ");
        return new Task(
                Kind.valueOf(fields[0].toUpperCase(Locale.ROOT)),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]));
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " " + subject + " " + other + " " + from;
    }
}
