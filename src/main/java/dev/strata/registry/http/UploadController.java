package dev.strata.registry.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.blobs.Chunk;
import dev.strata.registry.blobs.Uploads;
import dev.strata.storage.UploadId;
import dev.strata.web.Links;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Blobs on their way in: OCI Distribution Specification, "Pushing blobs". */
@RestController
class UploadController {

    private final Uploads uploads;
    private final Blobs blobs;
    private final AutoMounting mounting;
    private final Guard guard;
    private final Audit audit;
    private final Links links;
    private final Counter received;
    private final Counter mounted;

    UploadController(
            Uploads uploads,
            Blobs blobs,
            AutoMounting mounting,
            Guard guard,
            Audit audit,
            Links links,
            MeterRegistry meters) {
        this.uploads = uploads;
        this.blobs = blobs;
        this.mounting = mounting;
        this.guard = guard;
        this.audit = audit;
        this.links = links;
        this.received = Counter.builder("strata.blob.received")
                .description("Bytes of blobs that clients sent")
                .baseUnit("bytes")
                .register(meters);
        this.mounted = Counter.builder("strata.blob.mounted")
                .description("Blobs that were mounted instead of sent")
                .register(meters);
    }

    @Needs(value = Action.PUSH, orCache = true, source = "from")
    @PostMapping({"/{*name}/blobs/uploads/", "/{*name}/blobs/uploads"})
    void start(
            @PathVariable RepositoryName name,
            @RequestParam Optional<String> mount,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> digest,
            @RequestParam("digest-algorithm") Optional<String> algorithm,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Optional<Digest> there = mount.isPresent() ? mount(name, mount.get(), from, request) : Optional.empty();
        if (there.isPresent()) {
            created(request, response, name, there.get());
        } else if (digest.isPresent() && mount.isEmpty()) {
            Digest expected = Digest.of(digest.get());
            // What is sent is checked, whether it is here already or not.
            if (isSent(request) || !mounting.answerPush(request, name, expected)) {
                uploads.push(name, who(request), expected, chunk(request));
            }
            created(request, response, name, expected);
        } else {
            UploadId id = uploads.start(name, who(request), algorithm(algorithm, mount.isPresent()));
            progress(request, response, name, id, 0);
            response.setStatus(HttpServletResponse.SC_ACCEPTED);
        }
    }

    /** Beside a mount, an algorithm that we do not have is none: a mount is refused for no reason. */
    private static DigestAlgorithm algorithm(Optional<String> named, boolean besideMount) {
        try {
            return named.map(DigestAlgorithm::of).orElse(DigestAlgorithm.SHA256);
        } catch (RegistryException e) {
            if (besideMount) {
                return DigestAlgorithm.SHA256;
            }
            throw e;
        }
    }

    /** Whether a body comes with the request. Who waits for "100 Continue" has not begun to send it. */
    private static boolean isSent(HttpServletRequest request) {
        boolean hasBody = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        return hasBody && !"100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    /** What cannot be mounted is uploaded, whatever the reason: clients end a push on any other answer. */
    private Optional<Digest> mount(
            RepositoryName name, String mount, Optional<String> from, HttpServletRequest request) throws IOException {
        Digest digest;
        Optional<RepositoryName> owner;
        try {
            digest = Digest.of(mount);
            owner = from.map(RepositoryName::of);
        } catch (RegistryException e) {
            return Optional.empty();
        }
        if (blobs.mount(name, digest, owner, guard.readable(request))) {
            mounted.increment();
            audit.note(
                    AuditEvent.What.MOUNTED,
                    request,
                    name.value(),
                    Map.of("digest", digest.toString(), "from", from.orElse("")));
            return Optional.of(digest);
        }
        return mounting.answerPush(request, name, digest) ? Optional.of(digest) : Optional.empty();
    }

    @Needs(value = Action.PUSH, orCache = true)
    @PatchMapping("/{*name}/blobs/uploads/{id}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void append(
            @PathVariable RepositoryName name,
            @PathVariable UploadId id,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        try {
            progress(request, response, name, id, uploads.append(name, who(request), id, chunk(request)));
        } catch (RegistryException e) {
            progressOnOrder(e, request, response, name, id);
            throw e;
        }
    }

    @Needs(value = Action.PUSH, orCache = true)
    @PutMapping("/{*name}/blobs/uploads/{id}")
    void close(
            @PathVariable RepositoryName name,
            @PathVariable UploadId id,
            @RequestParam Optional<Digest> digest,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Digest expected = digest.orElseThrow(() -> new RegistryException(
                Problem.DIGEST_INVALID, "an upload is closed with the parameter digest", Map.of("upload", id.toString())));
        try {
            uploads.close(name, who(request), id, expected, chunk(request));
        } catch (RegistryException e) {
            progressOnOrder(e, request, response, name, id);
            throw e;
        }
        created(request, response, name, expected);
    }

    @Needs(value = Action.PUSH, orCache = true)
    @GetMapping("/{*name}/blobs/uploads/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void status(
            @PathVariable RepositoryName name,
            @PathVariable UploadId id,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        progress(request, response, name, id, uploads.received(name, who(request), id));
    }

    @Needs(value = Action.PUSH, orCache = true)
    @DeleteMapping("/{*name}/blobs/uploads/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cancel(@PathVariable RepositoryName name, @PathVariable UploadId id, HttpServletRequest request)
            throws IOException {
        uploads.cancel(name, who(request), id);
    }

    /** An upload belongs to who began it. */
    private static String who(HttpServletRequest request) {
        return Callers.of(request).key();
    }

    private void created(
            HttpServletRequest request, HttpServletResponse response, RepositoryName name, Digest digest) {
        links.setLocation(request, response, Paths.blob(name, digest));
        response.setHeader("Docker-Content-Digest", digest.toString());
        response.setStatus(HttpServletResponse.SC_CREATED);
    }

    /** Who sent a chunk out of order learns where to go on. */
    private void progressOnOrder(
            RegistryException e,
            HttpServletRequest request,
            HttpServletResponse response,
            RepositoryName name,
            UploadId id)
            throws IOException {
        if (e.problem() == Problem.UPLOAD_OUT_OF_ORDER) {
            progress(request, response, name, id, uploads.received(name, who(request), id));
        }
    }

    private void progress(
            HttpServletRequest request, HttpServletResponse response, RepositoryName name, UploadId id, long received) {
        links.setLocation(request, response, Paths.upload(name, id));
        response.setHeader("Range", "0-" + Math.max(0, received - 1));
        response.setHeader("Docker-Upload-UUID", id.toString());
    }

    private Chunk chunk(HttpServletRequest request) throws IOException {
        Chunk chunk = ContentRange.chunk(request);
        return new Chunk(chunk.first(), chunk.length(), new MeteredStream(chunk.body(), received));
    }

    /** Counts what arrives, also of a body that breaks off. */
    private static final class MeteredStream extends FilterInputStream {

        private final Counter counter;

        MeteredStream(InputStream in, Counter counter) {
            super(in);
            this.counter = counter;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            counter.increment(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            counter.increment(Math.max(0, count));
            return count;
        }
    }
}
