package dev.strata.registry.http;

import dev.strata.access.audit.AuditEvent;
import dev.strata.access.audit.Audited;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.deletions.Deletions;
import dev.strata.registry.deletions.TemporaryRemovals;
import dev.strata.registry.events.BlobServed;
import dev.strata.storage.BlobContent;
import dev.strata.web.FileAnswer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Blobs that are there: OCI Distribution Specification, "Pulling blobs" and "Deleting Blobs". */
@RestController
class BlobController {

    /** Beside them lie the uploads: what is said of those is said of no digest. */
    private static final String BLOB = "/{*name}/blobs/{digest:(?!uploads$).+}";

    private final Blobs blobs;
    private final AutoMounting mounting;
    private final Deletions deletions;
    private final TemporaryRemovals removals;
    private final Guard guard;
    private final FileAnswer answer;
    private final ApplicationEventPublisher events;
    private final Counter sent;

    BlobController(
            Blobs blobs,
            AutoMounting mounting,
            Deletions deletions,
            TemporaryRemovals removals,
            Guard guard,
            FileAnswer answer,
            ApplicationEventPublisher events,
            MeterRegistry meters) {
        this.blobs = blobs;
        this.mounting = mounting;
        this.deletions = deletions;
        this.removals = removals;
        this.guard = guard;
        this.answer = answer;
        this.events = events;
        this.sent = Counter.builder("strata.blob.sent")
                .description("Bytes of blobs that were handed to clients")
                .baseUnit("bytes")
                .register(meters);
    }

    @Needs(Action.PULL)
    @RequestMapping(path = BLOB, method = {RequestMethod.GET, RequestMethod.HEAD})
    void get(
            @PathVariable RepositoryName name,
            @PathVariable Digest digest,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        boolean isQuestion = request.getMethod().equals("HEAD");
        BlobContent content = isQuestion ? promise(name, digest, request) : blobs.get(name, digest);
        Optional<URI> elsewhere = elsewhere(content, request, isQuestion);
        if (elsewhere.isPresent()) {
            redirect(response, digest, elsewhere.get());
            count(name, digest, isQuestion ? 0 : content.size());
        } else {
            answer.send(request, response, digest, new BlobSource(content), bytes -> count(name, digest, bytes));
        }
    }

    private static Optional<URI> elsewhere(BlobContent content, HttpServletRequest request, boolean isQuestion) {
        String agent = request.getHeader("User-Agent");
        return content instanceof BlobContent.Elsewhere there
                ? there.address(isQuestion, agent == null ? "" : agent)
                : Optional.empty();
    }

    /** The address is good for a while only, and for whoever was allowed to ask. */
    private static void redirect(HttpServletResponse response, Digest digest, URI address) {
        response.setStatus(HttpServletResponse.SC_TEMPORARY_REDIRECT);
        response.setHeader("Location", address.toString());
        response.setHeader("Docker-Content-Digest", digest.toString());
        response.setHeader("Cache-Control", "no-store");
    }

    /** Who asks whether it is there sends it otherwise, and names it in a manifest soon. */
    private BlobContent promise(RepositoryName name, Digest digest, HttpServletRequest request) throws IOException {
        Optional<BlobContent> here = blobs.promise(name, digest);
        if (here.isEmpty() && !mounting.answer(request, name, digest)) {
            throw blobs.unknown(name, digest);
        }
        return here.isPresent() ? here.get() : blobs.get(name, digest);
    }

    private void count(RepositoryName name, Digest digest, long bytes) {
        if (bytes > 0) {
            sent.increment(bytes);
            events.publishEvent(new BlobServed(name, digest, bytes));
        }
    }

    /** Who writes the cache removes the configuration of a temporary image, and no other blob. */
    @Needs(value = Action.DELETE, orCache = true)
    @Audited(value = AuditEvent.What.DELETED, target = "digest")
    @DeleteMapping(BLOB)
    @ResponseStatus(HttpStatus.ACCEPTED)
    void delete(
            @PathVariable RepositoryName name,
            @PathVariable Digest digest,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!guard.rights(request, name).allow(Action.DELETE) && !removals.mayRemove(name, digest)) {
            guard.require(Action.DELETE, name, request, response);
        }
        deletions.deleteBlob(name, digest);
    }

    private record BlobSource(BlobContent content) implements FileAnswer.Source {

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public Optional<Path> file() {
            return content instanceof BlobContent.LocalFile file ? Optional.of(file.path()) : Optional.empty();
        }

        @Override
        public InputStream open(long offset, long length) throws IOException {
            return content.open(offset, length);
        }
    }
}
