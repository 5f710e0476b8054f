package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.builders.Builder;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.ImageRemoval;
import dev.strata.agent.process.ProgramFailedException;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Tag;
import dev.strata.testing.ManifestJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** The builder's image could be somebody else's otherwise, since nothing that it stands on is this build's alone. */
    @Test
    void valuesDoNotStayWhereTheBaseHasNoHistory() throws Exception {
        byte[] config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
                .getBytes(UTF_8);
        registry.pushBlob(repository, config);
        registry.pushManifest(repository, "bare", ManifestJson.image(config));
        write("Dockerfile", "FROM " + image("bare") + "\nARG TOKEN\nRUN make\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);

        JsonNode run = build(builder, "--build-arg", "TOKEN=s3cr3t");
        JsonNode taken = build(builder, "--build-arg", "TOKEN=s3cr3t");

        assertThat(digest(taken)).isEqualTo(digest(run));
        assertThat(config(run).path("config").has("Labels")).isFalse();
        assertThat(builder.configurations()).hasSize(1).allSatisfy(pushed -> assertThat(
                        registry.getBlob(repository, pushed).status())
                .isEqualTo(404));
    }

    @Test
    void whatWasPushedIsRemovedWhereTheBuildFails() throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\nARG TOKEN\nRUN make\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        List<Digest> pushed = new ArrayList<>();
        builder.whileBuilding(job -> {
            pushed.add(registry.pushImage(repository, job.image().reference(), 1));
            throw new ProgramFailedException("a script", 7).because("RUN make: exit code: 2");
        });

        assertThat(run(builder)).isEqualTo(7);

        assertThat(pushed).hasSize(1).allSatisfy(image -> assertThat(
                        registry.getManifest(repository, image).status())
                .isEqualTo(404));
    }

    /** What a builder attests of a build has its arguments in it too. */
    @Test
    void anIndexIsRemovedWithAllThatItLists() {
        byte[] statement = "{\"arguments\":{\"TOKEN\":\"s3cr3t\"}}".getBytes(UTF_8);
        byte[] config = "{\"of\":\"an attestation\"}".getBytes(UTF_8);
        registry.pushBlob(repository, statement);
        registry.pushBlob(repository, config);
        byte[] attestation = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
                 "layers":[{"mediaType":"application/vnd.in-toto+json","digest":"%s","size":%d}]}
                """.formatted(
                MediaType.OCI_MANIFEST, dev.strata.testing.Content.sha256(config), config.length,
                dev.strata.testing.Content.sha256(statement), statement.length).getBytes(UTF_8);
        registry.putManifest(repository, "attestation", MediaType.OCI_MANIFEST, attestation);
        index("temporary", List.of("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(
                MediaType.OCI_MANIFEST, dev.strata.testing.Content.sha256(attestation), attestation.length)));

        new ImageRemoval(images().repository()).remove(Tag.of("temporary"));

        for (byte[] manifest : List.of(attestation)) {
            assertThat(registry.getManifest(repository, dev.strata.testing.Content.sha256(manifest)).status()).isEqualTo(404);
        }
        for (byte[] blob : List.of(statement, config)) {
            assertThat(registry.getBlob(repository, dev.strata.testing.Content.sha256(blob)).status()).isEqualTo(404);
        }
        assertThat(registry.getManifest(repository, "temporary").status()).isEqualTo(404);
    }

    @Test
    void whatAKilledBuildLeftBehindIsRemovedByTheNext() throws Exception {
        String old = "strata-build-0000000065000000-0123456789abcdef";
        String young = "strata-build-%016x-0123456789abcdef".formatted(Instant.now().getEpochSecond());
        String users = "strata-build-tools";
        for (String tag : List.of(old, young, users)) {
            registry.pushImage(repository, tag, tag.hashCode());
        }

        build(new ScriptedBuilder(registry));

        assertThat(registry.getManifest(repository, old).status()).isEqualTo(404);
        assertThat(registry.getManifest(repository, young).status()).isEqualTo(200);
        assertThat(registry.getManifest(repository, users).status()).isEqualTo(200);
    }

    /** Tables of contents, with which clients pull parts of layers, are in the annotations. */
    @Test
    void annotationsOfLayersAreTheSameRunAndTakenFromTheCache() throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\nRUN make\nCOPY file /\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        builder.annotate(Map.of("containerd.io/snapshot/stargz/toc.digest", "sha256:abc"));

        JsonNode run = build(builder);
        JsonNode taken = build(builder);

        assertThat(taken.path("hits").asInt(-1)).isEqualTo(2);
        assertThat(digest(taken)).isEqualTo(digest(run));
        JsonNode layers = Http.JSON.readTree(registry.getManifest(repository, digest(taken)).body()).path("layers");
        assertThat(layers.path(0).has("annotations")).isFalse();
        for (int i : List.of(1, 2)) {
            assertThat(layers.path(i).path("annotations"))
                    .isEqualTo(Http.JSON.readTree("{\"containerd.io/snapshot/stargz/toc.digest\":\"sha256:abc\"}"));
        }
    }

    @Test
    void whatIsNotPushedFillsTheCacheAllTheSame() throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\nRUN make\nCOPY file /\n");
        ScriptedBuilder builder = new ScriptedBuilder(registry);

        JsonNode built = build(builder, "--no-push");

        assertThat(built.path("run").asInt(-1)).isEqualTo(2);
        assertThat(built.path("digest").asString("none")).isEmpty();
        assertThat(registry.get("/v2/" + repository + "/tags/list").json().path("tags").toString()).isEqualTo("[\"base\"]");
        assertThat(build(builder, "--push").path("hits").asInt(-1)).isEqualTo(2);
        assertThat(registry.getManifest(repository, "new").status()).isEqualTo(200);
    }

    @Test
    void anImageThatTheBuilderMadeBeforeStays() throws Exception {
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        Builder.Job alone = new Builder.Job(
                Optional.empty(),
                Optional.empty(),
                context.toString(),
                ImageName.of(image("alone")),
                Builder.Fate.PUSHED,
                true,
                CommandLine.populateCommand(new BuildOptions(), "-t", image("alone")).forBuilder(),
                List.of(),
                Map::of);
        builder.build(alone, line -> {});

        build(builder);

        byte[] manifest = registry.getManifest(repository, "alone").body();
        String config = Http.JSON.readTree(manifest).path("config").path("digest").asString("");
        assertThat(registry.getBlob(repository, Digest.of(config)).status()).isEqualTo(200);
    }

    /** The host's name, for instance, which a command sees, is no part of a step. */
    @ParameterizedTest
    @CsvSource({
        "BUILDKIT_SANDBOX_HOSTNAME=x, false",
        "BUILDKIT_INLINE_CACHE=1, false",
        "BUILDKIT_INLINE_CACHE=0, true",
        "BUILDKIT_CONTEXT_KEEP_GIT_DIR=1, true"
    })
    void whatAnArgumentTellsTheBuilderItselfTheBuilderDoesAlone(String argument, boolean cached) throws Exception {
        write("file", argument); // so that something has to be run each time
        ScriptedBuilder builder = new ScriptedBuilder(registry);

        assertThat(run(builder, "--build-arg", argument)).isZero();

        assertThat(builder.jobs()).extracting(Builder.Job::fate)
                .containsExactly(cached ? Builder.Fate.HANDED_OVER : Builder.Fate.PUSHED);
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
        int status = run(builder, options);
        assertThat(status).as(events.toString()).isZero();
        assertThat(notes()).noneMatch(note -> note.contains("as usual"));
        return events.getLast();
    }

    private int run(ScriptedBuilder builder, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> words = new ArrayList<>(List.of("build", "--progress", "json", "--platform", "linux/amd64"));
        words.addAll(List.of("-t", image("new")));
        words.addAll(List.of(options));
        words.add(context.toString());
        int status = Agent.run(
                new PrintStream(out, true, UTF_8), builder.surroundings(Http.Limits.USUAL), words.toArray(String[]::new));
        events.clear();
        out.toString(UTF_8).lines().map(Http.JSON::readTree).forEach(events::add);
        return status;
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
