package dev.strata.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The registry's protocol over one connection; each answer is checked, and a wrong one fails the case. */
final class RegistryClient {

    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    private final Connection connection;
    private final Contents contents;

    RegistryClient(Connection connection, Contents contents) {
        this.connection = connection;
        this.contents = contents;
    }

    /** As docker pushes: POST, one PATCH of unknown length, PUT. */
    void pushStreamed(String repository, Blob blob) throws IOException {
        String location = beginUpload(repository);
        connection.send(Request.of("PATCH", location).with("Content-Type", "application/octet-stream")
                .with("Transfer-Encoding", "chunked").encode(connection.address()));
        contents.writeChunked(blob, connection.body(), connection.scratch());
        location = done(connection.answer(), 202, "PATCH of a blob").location();
        done(connection.exchange(Request.of("PUT", withDigest(location, blob)).with("Content-Length", 0)), 201,
                "PUT that closes an upload");
    }

    /** POST, then one PUT with the content and its length. */
    void pushWhole(String repository, Blob blob) throws IOException {
        String location = beginUpload(repository);
        connection.send(Request.of("PUT", withDigest(location, blob)).with("Content-Type", "application/octet-stream")
                .with("Content-Length", blob.size()).encode(connection.address()));
        contents.write(blob, connection.body());
        done(connection.answer(), 201, "PUT of a blob");
    }

    /** Streams into an upload until the window closes, then gives it up. */
    void streamAndCancel(String repository, Window window) throws IOException {
        String location = beginUpload(repository);
        connection.send(Request.of("PATCH", location).with("Content-Type", "application/octet-stream")
                .with("Transfer-Encoding", "chunked").encode(connection.address()));
        contents.writeChunked(window, connection.body());
        location = done(connection.answer(), 202, "PATCH of a blob").location();
        done(connection.exchange(Request.delete(location)), 204, "DELETE of an upload");
    }

    /** Whether the repository has the blob. */
    boolean hasBlob(String repository, Blob blob) throws IOException {
        Answer answer = connection.exchange(Request.head(blobPath(repository, blob)));
        if (answer.status() == 404) {
            connection.drain(answer);
            return false;
        }
        done(answer, 200, "HEAD of a blob");
        return true;
    }

    /** Pulls a blob and drops it, until its end or the window's; says how much came. */
    long pull(String repository, Blob blob, Window window) throws IOException {
        Answer answer = connection.exchange(Request.get(blobPath(repository, blob)));
        if (answer.status() != 200) {
            done(answer, 200, "GET of a blob");
        }
        if (answer.bodyLength() != blob.size()) {
            throw new CaseFailedException("a blob of " + blob.size() + " bytes came as " + answer.bodyLength());
        }
        long length = connection.drain(answer, window);
        if (window.isOpen() && length != blob.size()) {
            throw new CaseFailedException("a blob of " + blob.size() + " bytes ended after " + length);
        }
        return length;
    }

    void putManifest(String repository, String reference, byte[] manifest) throws IOException {
        done(connection.exchange(Request.of("PUT", manifestPath(repository, reference))
                .with("Content-Type", MANIFEST_TYPE).withBody(manifest)), 201, "PUT of a manifest");
    }

    void putEntry(String repository, String key, byte[] entry) throws IOException {
        done(connection.exchange(Request.of("PUT", cachePath(repository, "entries/" + key)).withBody(entry)), 201,
                "PUT of a cache entry");
    }

    static String cachePath(String repository, String endpoint) {
        return "/v2/" + repository + "/_strata/cache/" + endpoint;
    }

    byte[] manifest(String repository, String reference) throws IOException {
        Answer answer = connection.exchange(Request.get(manifestPath(repository, reference))
                .with("Accept", MANIFEST_TYPE));
        byte[] content = connection.content(answer);
        if (answer.status() != 200) {
            throw new CaseFailedException("GET of a manifest: " + answer.status());
        }
        return content;
    }

    static String blobPath(String repository, Blob blob) {
        return "/v2/" + repository + "/blobs/" + blob.digest();
    }

    static String manifestPath(String repository, String reference) {
        return "/v2/" + repository + "/manifests/" + reference;
    }

    private String beginUpload(String repository) throws IOException {
        return done(connection.exchange(Request.of("POST", "/v2/" + repository + "/blobs/uploads/")
                .with("Content-Length", 0)), 202, "POST of an upload").location();
    }

    private Answer done(Answer answer, int status, String what) throws IOException {
        if (answer.status() != status) {
            byte[] content = connection.content(answer);
            throw new CaseFailedException("%s answered %d instead of %d: %s".formatted(what, answer.status(), status,
                    new String(Arrays.copyOf(content, Math.min(content.length, 300)), StandardCharsets.UTF_8)));
        }
        connection.drain(answer);
        return answer;
    }

    private static String withDigest(String location, Blob blob) {
        return location + (location.indexOf('?') < 0 ? '?' : '&') + "digest=" + blob.digest();
    }
}
