package dev.strata.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a list of measurements comes to. */
final class Figures {

    private Figures() {
    }

    static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double median(List<Measurement> measurements) {
        return median(measurements, Measurement::value);
    }

    /** Half of the way from the least to the most, by the median: how far a figure may be trusted. */
    static double spread(List<Measurement> measurements) {
        double[] sorted = measurements.stream().mapToDouble(Measurement::value).sorted().toArray();
        return (sorted[sorted.length - 1] - sorted[0]) / 2 / median(measurements);
    }
}
