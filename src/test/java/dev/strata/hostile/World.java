package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;

/** What is in the registry, so that odd requests find something. It is the same in every run; some of it gets deleted. */
final class World {

    private static final int MOST_UPLOADS = 50;
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    private final List<String> repositories = List.of("fuzz/a", "fuzz/b/c", "fuzz/d");
    private final List<String> tags = List.of("v1", "v2", "latest", "multi");
    private final List<String> blobs = new ArrayList<>();
    private final List<String> manifests = new ArrayList<>();
    private final List<String> digests = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<String> chains = new ArrayList<>();
    private final List<OddRequest> pushes = new ArrayList<>();
    private final ConcurrentLinkedDeque<String> uploads = new ConcurrentLinkedDeque<>();

    World() {
        repositories.forEach(this::make);
    }

    private void make(String repository) {
        byte[] tar = ("the files of " + repository).getBytes(UTF_8);
        byte[] layer = OddLayer.compressed(tar, OddLayer::gzip);
        String chain = Digests.sha256(tar);
        byte[] config = """
                {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"WorkingDir":"/srv"},\
                "rootfs":{"type":"layers","diff_ids":["%s"]},"history":[\
                {"created":"2026-01-01T00:00:00Z","created_by":"/bin/sh -c #(nop)  ENV PATH=/bin","empty_layer":true},\
                {"created":"2026-01-01T00:00:00Z","created_by":"/bin/sh -c #(nop) WORKDIR /srv","empty_layer":true},\
                {"created":"2026-01-01T00:00:00Z","created_by":"/bin/sh -c make"}]}""".formatted(chain).getBytes(UTF_8);
        Part base = Part.of(config);
        ManifestText image = ManifestText.image(base, List.of(Part.of(layer)), Extras.annotated("of", repository));
        ManifestText about = ManifestText.image(base, List.of(), Extras.annotated("about", "it").about(image.part()));
        ManifestText index = ManifestText.index(List.of(image.part()), Extras.NONE);
        Stream.of(layer, config).forEach(blob -> {
            pushes.add(OddRequest.blob(repository, blob));
            blobs.add(descriptor(LAYER, blob));
        });
        List.of("v1", "v2", "latest").forEach(tag -> pushes.add(OddRequest.manifest(repository, tag, image)));
        pushes.add(OddRequest.manifest(repository, "multi", index));
        pushes.add(OddRequest.manifest(repository, about.digest(), about));
        Stream.of(image, index, about)
                .forEach(manifest -> manifests.add(descriptor(manifest.mediaType(), manifest.content())));
        Stream.of(layer, config, image.content(), index.content(), about.content())
                .forEach(content -> digests.add(Digests.sha256(content)));
        chains.add(chain);
        Stream.of("null", "\"" + chain + "\"").forEach(parent -> commit(repository, parent, layer, chain));
    }

    private void commit(String repository, String parent, byte[] layer, String diffId) {
        String step = """
                {"argv":["/bin/sh","-c","make %s"],"op":"run","parent":%s,"platform":"linux/amd64","v":1}"""
                .formatted(repository, parent);
        String key = Digests.sha256(step.getBytes(UTF_8));
        String entry = "{\"step\":%s,\"layer\":%s,\"diff_id\":\"%s\",\"exec_ms\":5,\"builder\":\"fuzz\"}"
                .formatted(step, descriptor(LAYER, layer), diffId);
        pushes.add(new OddRequest(
                "PUT", "/v2/" + repository + "/_strata/cache/entries/" + key, List.of(), entry.getBytes(UTF_8)));
        steps.add(step);
        keys.add(key);
    }

    private static String descriptor(String mediaType, byte[] content) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(mediaType, Digests.sha256(content), content.length);
    }

    /** Puts all of it there; again where something was deleted, as far as nobody deletes more meanwhile. */
    List<OddRequest> pushes() {
        return pushes;
    }

    List<String> repositories() {
        return repositories;
    }

    List<String> tags() {
        return tags;
    }

    /** Of blobs and manifests. */
    List<String> digests() {
        return digests;
    }

    /** Descriptors as JSON. */
    List<String> blobs() {
        return blobs;
    }

    /** Descriptors as JSON. */
    List<String> manifests() {
        return manifests;
    }

    List<String> steps() {
        return steps;
    }

    List<String> keys() {
        return keys;
    }

    List<String> chains() {
        return chains;
    }

    /** One of the uploads that were opened last. */
    String anUpload() {
        String upload = uploads.peekLast();
        return upload == null ? "none" : upload.substring(upload.lastIndexOf('/') + 1);
    }

    void opened(String upload) {
        uploads.add(upload);
        if (uploads.size() > MOST_UPLOADS) {
            uploads.poll();
        }
    }
}
