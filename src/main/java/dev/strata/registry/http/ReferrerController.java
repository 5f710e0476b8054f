package dev.strata.registry.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.manifests.Referrers;
import dev.strata.web.HeldAnswer;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Lists of referrers: OCI Distribution Specification, "Listing Referrers". */
@RestController
class ReferrerController {

    private static final int PAGE = 500;

    private static final Pattern CURSOR = Pattern.compile("-?[0-9]{1,18}");

    private final Referrers referrers;
    private final Links links;
    private final JsonMapper json;

    ReferrerController(Referrers referrers, Links links, JsonMapper json) {
        this.referrers = referrers;
        this.links = links;
        this.json = json;
    }

    @Needs(Action.PULL)
    @GetMapping("/{*name}/referrers/{digest}")
    void list(
            @PathVariable RepositoryName name,
            @PathVariable Digest digest,
            @RequestParam("artifactType") Optional<String> filter,
            @RequestParam Optional<String> n,
            @RequestParam(defaultValue = "0") String after,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (!CURSOR.matcher(after).matches()) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID, "after is taken from the Link of the page before", Map.of("after", after));
        }
        Optional<String> artifactType = filter.filter(type -> !type.isEmpty());
        int limit = Math.max(PageSize.of(n, PAGE, PAGE), 1);
        Referrers.Page page =
                referrers.list(name, digest, artifactType.map(MediaType::of), Long.parseLong(after), limit);
        page.next().ifPresent(cursor -> links.setNext(response, next(name, digest, artifactType, limit, cursor)));
        if (artifactType.isPresent()) {
            response.setHeader("OCI-Filters-Applied", "artifactType");
        }
        byte[] body = json.writeValueAsBytes(ReferrerIndex.of(page.descriptors()));
        response.setContentType(MediaType.OCI_INDEX.value());
        new HeldAnswer(request, response).send(body);
    }

    private static String next(
            RepositoryName name, Digest digest, Optional<String> artifactType, int limit, long cursor) {
        String filter = artifactType
                .map(type -> "&artifactType=" + URLEncoder.encode(type, StandardCharsets.UTF_8))
                .orElse("");
        return Paths.referrers(name, digest) + "?n=" + limit + filter + "&after=" + cursor;
    }

    private record ReferrerIndex(int schemaVersion, String mediaType, List<Entry> manifests) {

        static ReferrerIndex of(List<Descriptor> descriptors) {
            return new ReferrerIndex(
                    2,
                    MediaType.OCI_INDEX.value(),
                    descriptors.stream().map(Entry::of).toList());
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Entry(
            String mediaType, String digest, long size, Optional<String> artifactType, Map<String, String> annotations) {

        static Entry of(Descriptor descriptor) {
            return new Entry(
                    descriptor.mediaType().value(),
                    descriptor.digest().toString(),
                    descriptor.size(),
                    descriptor.artifactType().map(MediaType::value),
                    descriptor.annotations());
        }
    }
}
