package dev.strata.registry.http;

import dev.strata.access.audit.AuditEvent;
import dev.strata.access.audit.Audited;
import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.changes.Pusher;
import dev.strata.registry.deletions.Deletions;
import dev.strata.registry.deletions.TemporaryRemovals;
import dev.strata.registry.events.ManifestServed;
import dev.strata.registry.manifests.Manifests;
import dev.strata.registry.manifests.StoredManifest;
import dev.strata.registry.pushes.Pushes;
import dev.strata.web.EntityTags;
import dev.strata.web.HeldAnswer;
import dev.strata.web.Links;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Manifests: OCI Distribution Specification, "Pulling manifests", "Pushing manifests", "Deleting Manifests". */
@RestController
class ManifestController {

    /** In bytes, of the 16 KB that an answer's headers may have. */
    private static final int ROOM_FOR_TAGS = 10_000;
    private static final int TAG_HEADER = "OCI-Tag: \r\n".length();

    private final Manifests manifests;
    private final Pushes pushes;
    private final Deletions deletions;
    private final TemporaryRemovals removals;
    private final Guard guard;
    private final Links links;
    private final SmallBodies bodies;
    private final ApplicationEventPublisher events;

    ManifestController(
            Manifests manifests,
            Pushes pushes,
            Deletions deletions,
            TemporaryRemovals removals,
            Guard guard,
            Links links,
            SmallBodies bodies,
            ApplicationEventPublisher events) {
        this.manifests = manifests;
        this.pushes = pushes;
        this.deletions = deletions;
        this.removals = removals;
        this.guard = guard;
        this.links = links;
        this.bodies = bodies;
        this.events = events;
    }

    /** Answers with the stored type whatever the client says that it accepts: refusing breaks clients. */
    @Needs(Action.PULL)
    @RequestMapping(path = "/{*name}/manifests/{reference}", method = {RequestMethod.GET, RequestMethod.HEAD})
    void get(
            @PathVariable RepositoryName name,
            @PathVariable Reference reference,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        StoredManifest manifest = manifests.get(name, reference);
        String agent = request.getHeader("User-Agent");
        events.publishEvent(
                new ManifestServed(name, manifest.digest(), Callers.of(request), agent == null ? "" : agent));
        String entityTag = "\"" + manifest.digest() + "\"";
        response.setHeader("Docker-Content-Digest", manifest.digest().toString());
        response.setHeader("ETag", entityTag);
        EntityTags.requireMatch(request, entityTag);
        if (EntityTags.match(request.getHeader("If-None-Match"), entityTag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(manifest.mediaType().value());
        new HeldAnswer(request, response).send(manifest.content());
    }

    /** Who writes the cache pushes temporary images, and no other manifest. */
    @Needs(value = Action.PUSH, orCache = true)
    @Audited(value = AuditEvent.What.PUSHED, target = "reference")
    @PutMapping("/{*name}/manifests/{reference}")
    @ResponseStatus(HttpStatus.CREATED)
    void put(
            @PathVariable RepositoryName name,
            @PathVariable Reference reference,
            @RequestParam MultiValueMap<String, String> query,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        List<Tag> tags = tags(query.getOrDefault("tag", List.of()));
        if (reference instanceof Tag && !tags.isEmpty()) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID,
                    "further tags are given where a manifest is pushed by its digest",
                    Map.of("reference", reference.toString()));
        }
        Pusher pusher = pusher(name, reference instanceof Tag tag ? List.of(tag) : tags, request, response);
        MediaType mediaType = contentType(request);
        Pushes.Pushed pushed = bodies.read(
                request,
                pushes.maxSize(),
                Problem.MANIFEST_TOO_LARGE,
                content -> pushes.put(name, reference, tags, mediaType, content, pusher));
        links.setLocation(request, response, Paths.manifest(name, pushed.digest()));
        response.setHeader("Docker-Content-Digest", pushed.digest().toString());
        pushed.subject().ifPresent(subject -> response.setHeader("OCI-Subject", subject.toString()));
        tags.forEach(accepted -> response.addHeader("OCI-Tag", accepted.name()));
        if (!pushed.missing().isEmpty()) {
            links.setWarning(response, "the image is sparse, these layers are missing: " + pushed.missing());
        }
    }

    private Pusher pusher(
            RepositoryName name, List<Tag> tags, HttpServletRequest request, HttpServletResponse response) {
        boolean mayPush = guard.rights(request, name).allow(Action.PUSH);
        boolean isTemporary = tags.stream().allMatch(Pusher::isTemporary);
        if (!mayPush && !isTemporary) {
            guard.require(Action.PUSH, name, request, response);
        }
        return isTemporary ? new Pusher(guard.cacheWriter(request, name), !mayPush) : Pusher.client();
    }

    /** Refused before anything is stored: the answer has a header for each. */
    private static List<Tag> tags(List<String> names) {
        long length = names.stream().mapToLong(name -> TAG_HEADER + name.length()).sum();
        if (length > ROOM_FOR_TAGS) {
            throw new RegistryException(
                    Problem.TOO_MANY_TAGS,
                    "the tags are more than an answer has room to name",
                    Map.of("limit", ROOM_FOR_TAGS, "length", length));
        }
        return names.stream().distinct().map(Tag::of).toList();
    }

    private static MediaType contentType(HttpServletRequest request) {
        String header = request.getContentType();
        if (header == null) {
            throw new RegistryException(
                    Problem.MANIFEST_INVALID, "a manifest is pushed with its Content-Type", Map.of("header", "Content-Type"));
        }
        return MediaType.ofContentType(header);
    }

    /** Who writes the cache deletes the temporary images that they pushed, and no other manifest. */
    @Needs(value = Action.DELETE, orCache = true)
    @Audited(value = AuditEvent.What.DELETED, target = "reference")
    @DeleteMapping("/{*name}/manifests/{reference}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void delete(
            @PathVariable RepositoryName name,
            @PathVariable Reference reference,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!guard.rights(request, name).allow(Action.DELETE)) {
            if (removals.remove(name, reference, guard.cacheWriter(request, name))) {
                return;
            }
            guard.require(Action.DELETE, name, request, response);
        }
        switch (reference) {
            case Tag tag -> deletions.deleteTag(name, tag);
            case Digest digest -> deletions.deleteManifest(name, digest);
        }
    }
}
