package dev.strata.upkeep.scrub;

import dev.strata.storage.files.DiskUsage;
import java.util.HexFormat;
import java.util.Optional;

/** How far a round has come, as a text. */
sealed interface Place {

    /** Blobs whose digests begin with a byte, behind one of them. */
    record Blobs(int fan, byte[] after) implements Place {

        static Blobs at(int fan) {
            return new Blobs(fan, ScrubbedRows.start(fan));
        }

        /** Behind the last blob of this byte. */
        Place next() {
            return fan + 1 < DiskUsage.FANS ? at(fan + 1) : new Manifests(0);
        }
    }

    /** Manifests behind the row of one. */
    record Manifests(long after) implements Place {}

    static Place beginning() {
        return Blobs.at(0);
    }

    default String text() {
        return switch (this) {
            case Blobs(int fan, byte[] after) -> "blobs " + fan + " " + HexFormat.of().formatHex(after);
            case Manifests(long after) -> "manifests " + after;
        };
    }

    /** Empty for what is no place. */
    static Optional<Place> of(String text) {
        String[] words = text.split(" ");
        return switch (words[0]) {
            case "blobs" -> Optional.of(new Blobs(Integer.parseInt(words[1]), HexFormat.of().parseHex(words[2])));
            case "manifests" -> Optional.of(new Manifests(Long.parseLong(words[1])));
            default -> Optional.empty();
        };
    }
}
