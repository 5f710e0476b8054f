package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import java.util.List;

/**
 * A request as it goes over the wire.
 *
 * @param target as it stands in the request line
 * @param headers whole lines but those that the delivery adds
 */
record OddRequest(String method, String target, List<String> headers, byte[] body, Delivery delivery) {

    private static final int SHOWN = 1_500;

    /** How a client sends it. */
    enum Delivery {
        /** At once, with its length. */
        WHOLE,
        /** In chunks. */
        CHUNKED,
        /** In chunks that are not written as they should be. */
        BADLY_CHUNKED,
        /** With a length that is never reached. */
        CUT,
        /** A little at a time, and not to its end. */
        DRIPPED,
        /** By one who does not wait for the answer. */
        ABANDONED,
        /** By one who reads a little of the answer, and then no more for a while. */
        UNREAD,
        /** Of a length that is a lie, or none. */
        LYING
    }

    OddRequest(String method, String target, List<String> headers, byte[] body) {
        this(method, target, headers, body, Delivery.WHOLE);
    }

    /** A push of a blob that nothing is wrong with. */
    static OddRequest blob(String repository, byte[] content) {
        String target = "/v2/" + repository + "/blobs/uploads/?digest=" + Digests.sha256(content);
        return new OddRequest("POST", target, List.of("Content-Type: application/octet-stream"), content);
    }

    static OddRequest manifest(String repository, String reference, ManifestText manifest) {
        String target = "/v2/" + repository + "/manifests/" + reference;
        return new OddRequest("PUT", target, List.of("Content-Type: " + manifest.mediaType()), manifest.content());
    }

    static OddRequest get(String target) {
        return new OddRequest("GET", target, List.of(), new byte[0]);
    }

    @Override
    public String toString() {
        String text = method + " " + target + "\n" + String.join("\n", headers) + "\n[" + delivery + ", " + body.length
                + " bytes]\n" + new String(body, 0, Math.min(body.length, SHOWN), ISO_8859_1);
        String shown = text.substring(0, Math.min(text.length(), 2 * SHOWN));
        return shown.replaceAll("[^\\x20-\\x7e\\n]", "?");
    }
}
