package dev.strata.registry.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.TagRevision;
import dev.strata.registry.Tags;
import dev.strata.web.EntityTags;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lists of tags: OCI Distribution Specification, "Listing Tags".
 *
 * <p>A list of tens of thousands of tags costs milliseconds to read and write, and changes far less often than it is
 * asked for: so an answer is kept as bytes for as long as the repository's count of changes stays the same.
 */
@RestController
class TagController {

    private static final int ALL = Integer.MAX_VALUE - 1;

    private final Tags tags;
    private final Links links;
    private final JsonMapper json;
    private final Cache<Key, Answer> answers;
    /** In every entity tag: a kill may take back a revision that was seen but not acknowledged. */
    private final long start;

    TagController(Tags tags, Links links, JsonMapper json, RegistryProperties properties, Clock clock) {
        this.tags = tags;
        this.links = links;
        this.json = json;
        this.start = clock.millis();
        this.answers = Caffeine.newBuilder()
                .maximumWeight(properties.tagListCache().toBytes())
                .weigher((Key key, Answer answer) -> answer.body().length + 256)
                .build();
    }

    @GetMapping("/{*name}/tags/list")
    void list(
            @PathVariable RepositoryName name,
            @RequestParam Optional<String> n,
            @RequestParam(defaultValue = "") String last,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (last.indexOf('\0') >= 0) { // no tag has it, and not every database takes it
            throw new RegistryException(Problem.PARAMETER_INVALID, "last is the name of a tag", Map.of("last", last));
        }
        Key key = new Key(tags.revision(name), PageSize.of(n, ALL, ALL), last);
        String entityTag = "\"" + Long.toHexString(start) + "-" + key + "\"";
        response.setHeader("ETag", entityTag);
        if (EntityTags.match(request.getHeader("If-None-Match"), entityTag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        Answer answer = answers.get(key, missing -> render(name, missing));
        answer.next().ifPresent(next -> links.setNext(response, next));
        response.setContentType("application/json");
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
    }

    private Answer render(RepositoryName name, Key key) {
        List<String> found = key.limit() == 0 ? List.of() : tags.list(key.repository(), key.last(), key.limit() + 1);
        boolean more = found.size() > key.limit();
        List<String> page = more ? found.subList(0, key.limit()) : found;
        Optional<String> next = more
                ? Optional.of(Paths.tags(name) + "?n=" + key.limit() + "&last="
                        + URLEncoder.encode(page.getLast(), StandardCharsets.UTF_8))
                : Optional.empty();
        return new Answer(json.writeValueAsBytes(new TagList(name.value(), page)), next);
    }

    private record TagList(String name, List<String> tags) {}

    private record Key(TagRevision repository, int limit, String last) {

        @Override
        public String toString() {
            return repository.repositoryId() + "-" + repository.revision() + "-" + limit + "-"
                    + Integer.toHexString(last.hashCode());
        }
    }

    private record Answer(byte[] body, Optional<String> next) {}
}
