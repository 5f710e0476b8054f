package dev.strata.cache.commits;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.cache.Scope;
import dev.strata.cache.entries.Layer;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.step.LayerAnnotations;
import dev.strata.testing.Content;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheChangeTest {

    /** Journals of servers that knew no annotations have the kind R. */
    @ParameterizedTest
    @CsvSource({"A, ü€\0😀", "R, ''"})
    void whatIsInTheJournalIsReadAsItWasWritten(char kind, String annotation) {
        Layer layer = new Layer(
                MediaType.of("application/vnd.oci.image.layer.v1.tar+gzip"),
                Content.sha256("layer".getBytes(UTF_8)),
                5,
                annotation.isEmpty() ? LayerAnnotations.NONE : LayerAnnotations.of(Map.of("toc", annotation)));
        CacheChange.Recorded recorded = new CacheChange.Recorded(
                RepositoryName.of("team/app"),
                Scope.of("main"),
                "{}".getBytes(UTF_8),
                Optional.of(layer),
                Optional.of(Content.sha256("tar".getBytes(UTF_8))),
                1500,
                "a builder",
                true,
                Instant.parse("2026-01-01T00:00:00Z"));

        byte[] bytes = recorded.toBytes();

        assertThat((char) bytes[0]).isEqualTo(kind);
        assertThat(CacheChange.ofBytes(bytes)).usingRecursiveComparison().isEqualTo(recorded);
    }
}
