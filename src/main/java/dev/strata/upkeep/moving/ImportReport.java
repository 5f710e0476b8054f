package dev.strata.upkeep.moving;

import dev.strata.storage.Upload;
import dev.strata.upkeep.commands.Lines;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What an import took, and what it could not take: that is listed when it is met, and counted by its kind. */
final class ImportReport {

    /** What cannot be taken. */
    enum Left {
        SCHEMA_1("manifests of Docker's schema 1"),
        EMPTY_FILE("files without a byte"),
        MISSING("blobs and manifests that are missing"),
        DAMAGED("files with another content than their digest says"),
        BROKEN_LINK("links that lead nowhere"),
        REFUSED("things that this registry refuses"),
        UNREADABLE("files that cannot be read");

        private final String plural;

        Left(String plural) {
            this.plural = plural;
        }

        private String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** What can be counted. */
    enum Came {
        REPOSITORIES,
        TAGS_SET,
        TAGS_AS_THEY_WERE,
        TAGS_KEPT,
        MANIFESTS,
        LINKED,
        LINKED_BYTES,
        COPIED,
        COPIED_BYTES,
        SHARED
    }

    private final Lines lines;
    private final Map<Came, LongAdder> came = new EnumMap<>(Came.class);
    private final Map<Left, LongAdder> left = new EnumMap<>(Left.class);

    ImportReport(Lines lines) {
        this.lines = lines;
        for (Came each : Came.values()) {
            came.put(each, new LongAdder());
        }
        for (Left each : Left.values()) {
            left.put(each, new LongAdder());
        }
    }

    void count(Came what) {
        add(what, 1);
    }

    private void add(Came what, long number) {
        came.getOrDefault(what, new LongAdder()).add(number);
    }

    void taken(Upload.Taken how, long bytes) {
        switch (how) {
            case LINKED -> {
                count(Came.LINKED);
                add(Came.LINKED_BYTES, bytes);
            }
            case COPIED -> {
                count(Came.COPIED);
                add(Came.COPIED_BYTES, bytes);
            }
        }
    }

    /** @param what of which repository, and why it stays behind */
    void left(Left kind, String what) {
        left.getOrDefault(kind, new LongAdder()).increment();
        lines.say(kind.label() + ": " + what);
    }

    long number(Came what) {
        return came.getOrDefault(what, new LongAdder()).sum();
    }

    long number(Left kind) {
        return left.getOrDefault(kind, new LongAdder()).sum();
    }

    boolean isWhole() {
        return left.values().stream().allMatch(number -> number.sum() == 0);
    }

    String progress() {
        return "%,d repositories, %,d tags, %,d manifests, %,d blobs so far"
                .formatted(
                        number(Came.REPOSITORIES),
                        number(Came.TAGS_SET) + number(Came.TAGS_AS_THEY_WERE) + number(Came.TAGS_KEPT),
                        number(Came.MANIFESTS),
                        number(Came.LINKED) + number(Came.COPIED) + number(Came.SHARED));
    }

    void sayAll() {
        lines.say("%,d repositories".formatted(number(Came.REPOSITORIES)));
        lines.say("%,d tags set, %,d as they were, %,d kept as this registry has them"
                .formatted(number(Came.TAGS_SET), number(Came.TAGS_AS_THEY_WERE), number(Came.TAGS_KEPT)));
        lines.say("%,d manifests taken".formatted(number(Came.MANIFESTS)));
        lines.say("%,d blobs linked (%,d bytes), %,d copied (%,d bytes), %,d shared between repositories"
                .formatted(
                        number(Came.LINKED),
                        number(Came.LINKED_BYTES),
                        number(Came.COPIED),
                        number(Came.COPIED_BYTES),
                        number(Came.SHARED)));
        left.forEach((kind, number) -> {
            if (number.sum() > 0) {
                lines.say("left behind: %,d %s".formatted(number.sum(), kind.plural));
            }
        });
    }
}
