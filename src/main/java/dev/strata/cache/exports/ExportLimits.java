package dev.strata.cache.exports;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much builders' caches may be together.
 *
 * @param documentBytes of the configuration, and of the manifest; a builder reads no more than 1 MiB of either
 * @param layers how many
 * @param layerBytes of all layers, each once
 * @param oldest what was exported before is left out
 */
record ExportLimits(int documentBytes, int layers, long layerBytes, Instant oldest) {

    /** In bytes, what BuildKit reads: {@code readBlob} in cache/remotecache/import.go of its sources. */
    static final int LARGEST_READ = 1024 * 1024;

    private static final int LARGEST_WRITTEN = LARGEST_READ - 16 * 1024;

    private static final int MOST_LAYERS = 4_000;

    static ExportLimits of(long layerBytes, Instant oldest) {
        return new ExportLimits(LARGEST_WRITTEN, MOST_LAYERS, layerBytes, oldest);
    }

    /** What is left to one builder where there is no room for all: half of what is listed. */
    ExportLimits half() {
        return new ExportLimits(documentBytes / 2, layers / 2, layerBytes, oldest);
    }

    private ExportLimits ofAnyAge() {
        return new ExportLimits(documentBytes, layers, layerBytes, Instant.MIN);
    }

    /** As much of an export as others leave to it. */
    List<BuildRecord> share(List<BuildRecord> exported, List<BuildRecord> others, ExportWriter writer) {
        List<BuildRecord> both = Stream.concat(exported.stream(), others.stream()).toList();
        boolean fit = writer.first(both, ofAnyAge()).size() == both.size();
        return fit || others.isEmpty() ? exported : writer.first(exported, half());
    }
}
