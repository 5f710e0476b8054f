package dev.strata.model;

import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Many clients at the same few objects. No answer says that the server failed, and every answer is one that some order
 * of the requests explains.
 */
abstract class ConcurrencyTestCase extends RegistryTestCase {

    static final int CLIENTS = 24;
    static final int ROUNDS = 4;

    static ManifestText text(byte[] config, String mark) {
        return ManifestText.image(Part.of(config), List.of(), Extras.annotated("mark", mark));
    }

    Answer pull(String repository, String digest) throws IOException {
        return calls().get("/v2/" + repository + "/blobs/" + digest);
    }

    Answer manifest(String repository, String reference) throws IOException {
        return calls().get("/v2/" + repository + "/manifests/" + reference);
    }

    Answer deleteManifest(String repository, String reference) throws IOException {
        return calls().delete("/v2/" + repository + "/manifests/" + reference).expect(202, 404);
    }

    List<String> tagsOf(String repository) throws IOException {
        return strings(calls().get("/v2/" + repository + "/tags/list").expect(200), "tags");
    }

    static List<String> strings(Answer answer, String field) {
        List<String> strings = new ArrayList<>();
        answer.json().get(field).forEach(element -> strings.add(element.asString()));
        return strings;
    }

    static String withDigest(String upload, byte[] content) {
        return upload + "?digest=" + Digests.sha256(content);
    }

    static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
