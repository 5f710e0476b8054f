package dev.strata.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Builds of which a builder makes a part. */
class MixedBuildTest extends AgentTestCase {

    private final List<JsonNode> events = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN make;COPY file /",
                "ENV A=1;RUN make;LABEL a=b;WORKDIR /srv/;COPY file /;EXPOSE 80/tcp 443;CMD [\"x\"]",
                "COPY file /;ONBUILD RUN more;VOLUME /data"
            })
    void anImageIsTheSameWhoeverPutItTogether(String instructions) throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\n" + instructions.replace(';', '\n') + "\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);

        String run = digest(build(builder));
        int jobs = builder.jobs().size();
        String taken = digest(build(builder));

        assertThat(builder.jobs()).hasSize(jobs).isNotEmpty();
        assertThat(taken).isEqualTo(run);
    }

    @Test
    void whatWasEditedDuringABuildIsNotStoredNorWhatFollows() throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\nRUN make\nCOPY file /\nRUN after\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        builder.whileBuilding(job -> edit("edited"));
        build(builder);
        assertThat(notes()).anyMatch(note -> note.contains("COPY file /") && note.contains("not stored"));
        edit("content");
        builder.whileBuilding(job -> {});

        build(builder);

        assertThat(events.getLast().path("hits").asInt(-1)).isZero();
        assertThat(build(builder).path("hits").asInt(-1)).isEqualTo(3);
    }

    @Test
    void anIgnoreFileIsTheOneThatWasReadWhenTheBuildBegan() throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\nCOPY file /\n");
        write(".dockerignore", "*.log\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        List<String> seen = new ArrayList<>();
        builder.whileBuilding(job -> {
            edit(".dockerignore", "file\n");
            seen.add(read(job));
        });

        build(builder);

        assertThat(seen).containsExactly("*.log\n");
    }

    @Test
    void theBuilderTakesTheImageThatWasLookedAt() throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\nCOPY --from=" + image("base") + " /x /\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);

        List<String> seen = new ArrayList<>();
        builder.whileBuilding(job -> seen.addAll(ScriptedBuilder.lines(job)));

        build(builder);

        assertThat(seen.getLast())
                .matches("COPY --from=\\S+@sha256:[0-9a-f]{64} /x /");
    }

    @Test
    void valuesOfArgumentsDoNotReachTheRegistryInWhatOnlyTheBuilderNeeds() throws Exception {
        write("Dockerfile", "FROM " + image("base") + " AS b\nARG TOKEN\nRUN make\nFROM " + image("base") + "\nCOPY --from=b /x /\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);

        build(builder, "--build-arg", "TOKEN=s3cr3t");

        for (Builder.Job job : builder.jobs()) {
            assertThat(registry.getManifest(repository, job.image().reference()).status()).isEqualTo(404);
        }
        assertThat(builder.configurations()).hasSize(2).allSatisfy(config -> assertThat(
                        registry.getBlob(repository, config).status())
                .isEqualTo(404));
    }

    @Test
    void anImageThatTheBuilderMadeBeforeStays() throws Exception {
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        Builder.Job alone = new Builder.Job(
                Optional.empty(),
                Optional.empty(),
                context.toString(),
                ImageName.of(image("alone")),
                false,
                true,
                CommandLine.populateCommand(new BuildOptions(), "-t", image("alone")).forBuilder(),
                List.of());
        builder.build(alone, line -> {});

        build(builder);

        byte[] manifest = registry.getManifest(repository, "alone").body();
        String config = Http.JSON.readTree(manifest).path("config").path("digest").asString("");
        assertThat(registry.getBlob(repository, Digest.of(config)).status()).isEqualTo(200);
    }

    @Test
    void labelsOfTheCommandLineAreTheImages() throws Exception {
        JsonNode finished = build(new ScriptedBuilder(registry), "--label", "b=2", "--label", "c");

        assertThat(config(finished).path("config").path("Labels"))
                .isEqualTo(Http.JSON.readTree("{\"a\":\"b\",\"b\":\"2\",\"c\":\"\"}"));
    }

    @Test
    void timesAreNoLaterThanTheGivenOne() throws Exception {
        String run = digest(build(new ScriptedBuilder(registry), "--build-arg", "SOURCE_DATE_EPOCH=1700000000"));
        JsonNode finished = build(new ScriptedBuilder(registry), "--build-arg", "SOURCE_DATE_EPOCH=1700000000");

        assertThat(digest(finished)).isEqualTo(run);
        assertThat(config(finished).path("created").asString("")).isEqualTo("2023-11-14T22:13:20Z");
    }

    @Test
    void theBestImageOfAnIndexIsTakenNotTheFirst() throws Exception {
        List<String> entries = new ArrayList<>();
        for (String platform : List.of(
                "{\"os\":\"linux\",\"architecture\":\"amd64\",\"variant\":\"v3\"}",
                "{\"os\":\"unknown\",\"architecture\":\"unknown\"}",
                "{\"os\":\"linux\",\"architecture\":\"x86_64\"}")) {
            byte[] manifest = registry.getManifest(repository, entries.size() == 2 ? "base" : image(entries.size())).body();
            entries.add("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":%s}".formatted(
                    MediaType.OCI_MANIFEST, dev.strata.testing.Content.sha256(manifest), manifest.length, platform));
        }
        index("inner", entries);
        byte[] inner = registry.getManifest(repository, "inner").body();
        index("index", List.of("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(
                MediaType.OCI_INDEX, dev.strata.testing.Content.sha256(inner), inner.length)));
        write("Dockerfile", "FROM " + image("index") + "\nRUN make\n");

        JsonNode finished = build(new ScriptedBuilder(registry));

        assertThat(config(finished).path("rootfs").path("diff_ids").path(0).asString(""))
                .isEqualTo(baseLayer.diffId().toString());
    }

    private Digest image(int seed) {
        return registry.pushImage(repository, "other-" + seed, seed);
    }

    private void index(String tag, List<String> entries) {
        String index = "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                .formatted(MediaType.OCI_INDEX, String.join(",", entries));
        assertThat(registry.putManifest(repository, tag, MediaType.OCI_INDEX, index.getBytes(UTF_8)).status()).isEqualTo(201);
    }

    /** Gives back what the build came to. */
    private JsonNode build(ScriptedBuilder builder, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> words = new ArrayList<>(List.of("build", "--progress", "json", "--platform", "linux/amd64"));
        words.addAll(List.of("-t", image("new")));
        words.addAll(List.of(options));
        words.add(context.toString());
        int status = Agent.run(
                new PrintStream(out, true, UTF_8), builder.surroundings(Http.Limits.USUAL), words.toArray(String[]::new));
        assertThat(status).as(out.toString(UTF_8)).isZero();
        events.clear();
        out.toString(UTF_8).lines().map(Http.JSON::readTree).forEach(events::add);
        assertThat(notes()).noneMatch(note -> note.contains("as usual"));
        return events.getLast();
    }

    private List<String> notes() {
        return events.stream()
                .filter(event -> event.path("event").asString("").equals("note"))
                .map(event -> event.path("message").asString(""))
                .toList();
    }

    private static String digest(JsonNode finished) {
        return finished.path("digest").asString("");
    }

    private JsonNode config(JsonNode finished) {
        JsonNode manifest = Http.JSON.readTree(registry.getManifest(repository, digest(finished)).body());
        return Http.JSON.readTree(registry.getBlob(
                        repository, Digest.of(manifest.path("config").path("digest").asString("")))
                .body());
    }

    private void edit(String content) {
        edit("file", content);
    }

    private void edit(String name, String content) {
        try {
            write(name, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Builder.Job job) {
        try {
            return Files.readString(job.ignoreFile().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
