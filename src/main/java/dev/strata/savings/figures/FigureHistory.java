package dev.strata.savings.figures;

import dev.strata.database.columns.ColumnCode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the figures were.
 *
 * @param from inclusive
 * @param to exclusive
 * @param times when the snapshots were taken
 * @param figures for each figure its value in each snapshot, null where a snapshot does not have it
 */
public record FigureHistory(
        Instant from, Instant to, Step step, List<Instant> times, Map<String, List<@Nullable Long>> figures) {

    /** How far apart snapshots are. */
    public enum Step implements ColumnCode {
        HOUR('h', Duration.ofHours(1), Duration.ofDays(31)),
        DAY('d', Duration.ofDays(1), Duration.ofDays(366));

        private final char code;
        private final Duration length;
        private final Duration kept;

        Step(char code, Duration length, Duration kept) {
            this.code = code;
            this.length = length;
            this.kept = kept;
        }

        /** How long they are kept, which is also the longest range that can be asked for. */
        public Duration kept() {
            return kept;
        }

        /** How long a step is. */
        public Duration length() {
            return length;
        }

        @Override
        public char code() {
            return code;
        }

        /** The step that a time lies in. */
        Instant begin(Instant time) {
            return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), length.toSeconds()) * length.toSeconds());
        }
    }

    /** Gathers rows that come in the order of their times. */
    static final class Builder {

        private final List<Instant> times = new ArrayList<>();
        private final Map<String, List<@Nullable Long>> figures = new TreeMap<>();

        void add(OffsetDateTime takenAt, String figure, long amount) {
            Instant time = takenAt.withOffsetSameInstant(ZoneOffset.UTC).toInstant();
            if (times.isEmpty() || !times.getLast().equals(time)) {
                times.add(time);
            }
            List<@Nullable Long> values = figures.computeIfAbsent(figure, name -> new ArrayList<>());
            fill(values, times.size() - 1);
            values.add(amount);
        }

        FigureHistory build(Instant from, Instant to, Step step) {
            figures.values().forEach(values -> fill(values, times.size()));
            return new FigureHistory(from, to, step, times, figures);
        }

        private static void fill(List<@Nullable Long> values, int size) {
            values.addAll(Collections.nCopies(Math.max(0, size - values.size()), null));
        }
    }
}
