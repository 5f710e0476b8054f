package dev.strata.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import dev.strata.model.RegistryModel.Referrer;
import dev.strata.model.RegistryModel.Repository;
import dev.strata.testing.Size;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Thousands of random requests, one after the other, each of which must be answered as {@link RegistryModel} says. */
class RegistryModelTest extends RegistryTestCase {

    private static final int REQUESTS = Size.of("strata.model.requests", 1_500, 30_000);
    private static final String PREFIX = "model";

    private RegistryModel model = new RegistryModel(Set.of());

    @Test
    void everyAnswerIsTheModels() throws Exception {
        compare(REQUESTS);
    }

    void compare(int requests) throws Exception {
        Seed.run(random -> {
            World world = new World(random, PREFIX);
            model = new RegistryModel(pushedElsewhere(world));
            for (int i = 0; i < requests; i++) {
                step(random, world);
            }
            for (String repository : world.repositories) {
                compare(world, repository);
            }
            compareCatalog(3);
        });
    }

    /** The smallest ones are what other tests push too. */
    private Set<String> pushedElsewhere(World world) throws IOException {
        Set<String> pushed = new HashSet<>();
        for (byte[] blob : world.blobs.subList(0, 2)) {
            calls().pushBlob("elsewhere/than-the-model", blob).expect(201);
            pushed.add(Digests.sha256(blob));
        }
        return pushed;
    }

    private void step(SplittableRandom random, World world) throws IOException {
        String repository = world.any(world.repositories);
        byte[] blob = world.any(world.blobs);
        ManifestText manifest = world.any(world.manifests);
        String tag = world.any(world.tags);
        switch (random.nextInt(28)) {
            case 0, 1 -> pushInOneRequest(repository, blob);
            case 2, 3 -> pushInChunks(repository, blob, random.nextInt(blob.length + 1));
            case 4 -> pushWithAnotherDigest(repository, blob, random.nextBoolean());
            case 5 -> mount(repository, Optional.of(world.any(world.repositories)), blob);
            case 6 -> mount(repository, Optional.empty(), blob);
            case 7, 8, 9 -> putManifest(repository, manifest, List.of(tag), tag);
            case 10, 11 -> putManifest(repository, manifest, List.of(), manifest.digest());
            case 12 -> putWithTags(repository, manifest, tag, world.any(world.tags));
            case 13 -> putUnderAnotherDigest(repository, manifest, world.any(world.manifests));
            case 14 -> putWithAnotherSize(repository, blob);
            case 15 -> deleteTag(repository, tag);
            case 16 -> deleteManifest(repository, manifest.digest());
            case 17 -> deleteBlob(repository, Digests.sha256(blob));
            case 18, 19 -> pullManifest(repository, random.nextBoolean() ? tag : manifest.digest());
            case 20, 21 -> pullBlob(repository, blob);
            case 22 -> pullRange(repository, blob, random);
            case 23, 24 -> listTags(repository, 1 + random.nextInt(7));
            case 25 -> compareReferrers(repository, manifest.digest(), Optional.of(world.artifactType()), 2);
            case 26 -> compareReferrers(repository, manifest.digest(), Optional.empty(), 1 + random.nextInt(3));
            default -> compareCatalog(1 + random.nextInt(3));
        }
    }

    private void pushInOneRequest(String repository, byte[] blob) throws IOException {
        requireCreated(calls().pushBlob(repository, blob), repository, blob);
    }

    private void pushInChunks(String repository, byte[] blob, int middle) throws IOException {
        String upload = calls().startUpload(repository);
        if (middle > 0) {
            byte[] first = Arrays.copyOf(blob, middle);
            Answer answer = calls().send("PATCH", upload, RegistryCalls.streamed(first)).expect(202);
            assertThat(answer.header("Range")).as("%s", answer).isEqualTo("0-" + (middle - 1));
        }
        byte[] rest = Arrays.copyOfRange(blob, middle, blob.length);
        Answer outOfOrder = calls().send(
                "PATCH", upload, BodyPublishers.ofByteArray(new byte[] {1}), "Content-Range", (middle + 1) + "-" + (middle + 1));
        refused(outOfOrder, 416, "BLOB_UPLOAD_INVALID");
        Answer answer = calls().send(
                "PUT", upload + "?digest=" + Digests.sha256(blob), BodyPublishers.ofByteArray(rest));
        requireCreated(answer, repository, blob);
        calls().get(upload).expect(404);
    }

    private void requireCreated(Answer answer, String repository, byte[] blob) throws IOException {
        String digest = Digests.sha256(blob);
        assertThat(answer.expect(201).header("Docker-Content-Digest")).as("%s", answer).isEqualTo(digest);
        calls().head(answer.header("Location")).expect(200);
        model.into(repository).blobs.put(digest, blob);
    }

    private void pushWithAnotherDigest(String repository, byte[] blob, boolean inOneRequest) throws IOException {
        String wrong = Digests.sha256("another".getBytes(StandardCharsets.UTF_8));
        String target = inOneRequest
                ? "/v2/" + repository + "/blobs/uploads/?digest=" + wrong
                : calls().startUpload(repository) + "?digest=" + wrong;
        Answer answer = calls().send(inOneRequest ? "POST" : "PUT", target, BodyPublishers.ofByteArray(blob));
        refused(answer, 400, "DIGEST_INVALID");
    }

    private void mount(String repository, Optional<String> from, byte[] blob) throws IOException {
        String digest = Digests.sha256(blob);
        boolean there = model.isAnywhere(digest); // wherever the client supposes it
        Answer answer = calls().post("/v2/" + repository + "/blobs/uploads/?mount=" + digest
                + from.map(source -> "&from=" + source).orElse(""));
        if (there) {
            requireCreated(answer, repository, blob);
        } else {
            String upload = answer.expect(202).header("Location");
            calls().get(upload).expect(204);
            calls().delete(upload).expect(204);
            calls().get(upload).expect(404);
        }
    }

    private void putManifest(String repository, ManifestText manifest, List<String> tags, String reference)
            throws IOException {
        Answer answer = calls().putManifest(repository, reference, manifest);
        Repository before = model.look(repository);
        if (!before.accepts(manifest)) {
            refused(answer, 400, "MANIFEST_BLOB_UNKNOWN");
            String detail = answer.json().path("errors").path(0).path("detail").toString();
            assertThat(before.missing(manifest)).as("%s", answer).allMatch(detail::contains);
            return;
        }
        answer.expect(201);
        assertThat(answer.header("Docker-Content-Digest")).isEqualTo(manifest.digest());
        assertThat(answer.headers().firstValue("OCI-Subject")).as("%s", answer).isEqualTo(manifest.subject());
        assertThat(answer.headers().firstValue("Warning").isPresent())
                .as("%s", answer)
                .isEqualTo(!before.missing(manifest).isEmpty());
        calls().head(answer.header("Location")).expect(200);
        Repository after = model.into(repository);
        after.manifests.put(manifest.digest(), manifest);
        tags.forEach(tag -> after.tags.put(tag, manifest.digest()));
    }

    private void putWithTags(String repository, ManifestText manifest, String first, String second)
            throws IOException {
        putManifest(
                repository, manifest, List.of(first, second), manifest.digest() + "?tag=" + first + "&tag=" + second);
    }

    private void putUnderAnotherDigest(String repository, ManifestText manifest, ManifestText other)
            throws IOException {
        if (!manifest.digest().equals(other.digest())) {
            refused(calls().putManifest(repository, other.digest(), manifest), 400, "DIGEST_INVALID");
        }
    }

    private void putWithAnotherSize(String repository, byte[] blob) throws IOException {
        Part wrong = new Part(Digests.sha256(blob), blob.length + 1);
        Answer answer = calls().putManifest(repository, "wrong", ManifestText.image(wrong, List.of(), Extras.NONE));
        boolean there = model.look(repository).blobs.containsKey(wrong.digest());
        refused(answer, 400, there ? "SIZE_INVALID" : "MANIFEST_BLOB_UNKNOWN");
    }

    private void deleteTag(String repository, String tag) throws IOException {
        Answer answer = calls().delete("/v2/" + repository + "/manifests/" + tag);
        requireDeleted(answer, repository, model.look(repository).tags.remove(tag) != null, "MANIFEST_UNKNOWN");
    }

    private void deleteManifest(String repository, String digest) throws IOException {
        Answer answer = calls().delete("/v2/" + repository + "/manifests/" + digest);
        requireDeleted(answer, repository, model.look(repository).deleteManifest(digest), "MANIFEST_UNKNOWN");
    }

    private void deleteBlob(String repository, String digest) throws IOException {
        Answer answer = calls().delete("/v2/" + repository + "/blobs/" + digest);
        requireDeleted(answer, repository, model.look(repository).deleteBlob(digest), "BLOB_UNKNOWN");
    }

    private void requireDeleted(Answer answer, String repository, boolean there, String otherwise) {
        if (there) {
            answer.expect(202);
        } else {
            unknown(answer, repository, otherwise);
        }
    }

    private void unknown(Answer answer, String repository, String code) {
        refused(answer, 404, model.has(repository) ? code : "NAME_UNKNOWN");
    }

    private static void refused(Answer answer, int status, String code) {
        assertThat(answer.expect(status).errorCode()).as("%s", answer).isEqualTo(code);
    }

    private void pullManifest(String repository, String reference) throws IOException {
        String path = "/v2/" + repository + "/manifests/" + reference;
        Answer answer = calls().get(path);
        Optional<ManifestText> expected = model.look(repository).manifest(reference);
        if (expected.isEmpty()) {
            unknown(answer, repository, "MANIFEST_UNKNOWN");
            calls().head(path).expect(404);
            return;
        }
        assertThat(answer.expect(200).body()).as("%s", answer).isEqualTo(expected.get().content());
        requireHeaders(answer, expected.get());
        requireHeaders(calls().head(path).expect(200), expected.get());
    }

    private static void requireHeaders(Answer answer, ManifestText manifest) {
        assertThat(answer.header("Docker-Content-Digest")).as("%s", answer).isEqualTo(manifest.digest());
        assertThat(answer.header("Content-Type")).as("%s", answer).isEqualTo(manifest.mediaType());
        assertThat(answer.header("Content-Length")).as("%s", answer).isEqualTo("" + manifest.content().length);
    }

    private void pullBlob(String repository, byte[] blob) throws IOException {
        String path = "/v2/" + repository + "/blobs/" + Digests.sha256(blob);
        String digest = Digests.sha256(blob);
        Answer answer = calls().get(path);
        if (!model.look(repository).blobs.containsKey(digest)) {
            unknown(answer, repository, "BLOB_UNKNOWN");
            if (model.look(repository).deletedBlobs.contains(digest) || !model.isAnywhere(digest)) {
                calls().head(path).expect(404);
                return;
            }
            calls().head(path).expect(200);
            model.into(repository).blobs.put(digest, blob);
            answer = calls().get(path);
        }
        assertThat(answer.expect(200).body()).isEqualTo(blob);
        assertThat(answer.header("Docker-Content-Digest")).isEqualTo(Digests.sha256(blob));
        assertThat(calls().head(path).expect(200).header("Content-Length")).isEqualTo("" + blob.length);
    }

    private void pullRange(String repository, byte[] blob, SplittableRandom random) throws IOException {
        if (blob.length == 0 || !model.look(repository).blobs.containsKey(Digests.sha256(blob))) {
            return;
        }
        int first = random.nextInt(blob.length);
        int last = first + random.nextInt(blob.length);
        Answer answer = calls().send(
                "GET",
                "/v2/" + repository + "/blobs/" + Digests.sha256(blob),
                BodyPublishers.noBody(),
                "Range",
                "bytes=" + first + "-" + last);
        assertThat(answer.expect(206).body()).isEqualTo(Arrays.copyOfRange(blob, first, Math.min(last + 1, blob.length)));
    }

    /** Page by page, from any place on. */
    private void listTags(String repository, int size) throws IOException {
        String path = "/v2/" + repository + "/tags/list";
        Answer whole = calls().get(path);
        if (!model.has(repository)) {
            refused(whole, 404, "NAME_UNKNOWN");
            return;
        }
        List<String> expected = List.copyOf(model.look(repository).tags.keySet());
        assertThat(strings(whole.expect(200), "tags")).as("%s", whole).isEqualTo(expected);
        assertThat(whole.json().get("name").asString()).isEqualTo(repository);
        List<String> paged = new ArrayList<>();
        for (Answer page : pages(path + "?n=" + size)) {
            List<String> tags = strings(page, "tags");
            assertThat(tags).as("%s", page).hasSizeLessThanOrEqualTo(size);
            paged.addAll(tags);
        }
        assertThat(paged).isEqualTo(expected);
    }

    private List<Answer> pages(String target) throws IOException {
        List<Answer> pages = new ArrayList<>();
        List<String> next = List.of(target);
        while (!next.isEmpty()) {
            Answer page = calls().get(next.getFirst()).expect(200);
            pages.add(page);
            next = RegistryCalls.next(page);
        }
        return pages;
    }

    private void compareReferrers(String repository, String subject, Optional<String> artifactType, int size)
            throws IOException {
        Set<Referrer> expected = model.look(repository).referrers(subject).stream()
                .filter(referrer -> artifactType.isEmpty() || referrer.artifactType().equals(artifactType))
                .collect(Collectors.toSet());
        String filter = artifactType
                .map(type -> "&artifactType=" + URLEncoder.encode(type, StandardCharsets.UTF_8))
                .orElse("");
        List<Referrer> found = new ArrayList<>();
        for (Answer page : pages("/v2/" + repository + "/referrers/" + subject + "?n=" + size + filter)) {
            assertThat(page.header("Content-Type")).isEqualTo(ManifestText.INDEX);
            assertThat(page.headers().firstValue("OCI-Filters-Applied")).isEqualTo(artifactType.map(type -> "artifactType"));
            page.json().get("manifests").forEach(descriptor -> found.add(referrer(descriptor)));
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Referrer referrer(JsonNode descriptor) {
        Map<String, String> annotations = new HashMap<>();
        descriptor.path("annotations").properties()
                .forEach(annotation -> annotations.put(annotation.getKey(), annotation.getValue().asString()));
        return new Referrer(
                descriptor.get("mediaType").asString(),
                descriptor.get("digest").asString(),
                descriptor.get("size").asLong(),
                Optional.ofNullable(descriptor.get("artifactType")).map(JsonNode::asString),
                annotations);
    }

    /** Only the part of it that is not other tests'. */
    private void compareCatalog(int size) throws IOException {
        List<String> found = new ArrayList<>();
        List<String> next = List.of("/v2/_catalog?last=" + PREFIX + "&n=" + size);
        while (!next.isEmpty() && found.stream().allMatch(name -> name.startsWith(PREFIX + "/"))) {
            Answer page = calls().get(next.getFirst()).expect(200);
            found.addAll(strings(page, "repositories"));
            next = RegistryCalls.next(page);
        }
        assertThat(found).isSorted();
        // One without manifests is hidden as soon as somebody has looked.
        assertThat(found.stream().filter(name -> name.startsWith(PREFIX + "/")))
                .containsExactlyElementsOf(model.names()
                        .filter(name -> found.contains(name) || !model.look(name).manifests.isEmpty())
                        .toList());
    }

    private static List<String> strings(Answer answer, String field) {
        List<String> strings = new ArrayList<>();
        answer.json().get(field).forEach(element -> strings.add(element.asString()));
        return strings;
    }

    private void compare(World world, String repository) throws IOException {
        for (byte[] blob : world.blobs) {
            pullBlob(repository, blob);
        }
        for (ManifestText manifest : world.manifests) {
            pullManifest(repository, manifest.digest());
            compareReferrers(repository, manifest.digest(), Optional.empty(), 50);
        }
        for (String tag : world.tags) {
            pullManifest(repository, tag);
        }
        listTags(repository, 2);
    }
}
