package dev.strata.registry.http;

import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.endpoints.Open;
import dev.strata.access.rights.Action;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.repositories.Catalog;
import dev.strata.web.Extension;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What is about the registry as a whole: that it is one, its repositories, its extensions. */
@RestController
class BaseController {

    private static final int CATALOG_PAGE = 1_000;
    private static final Extension DISCOVERY = new Extension(
            "_oci",
            "https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md",
            "Discovery of the extensions that this registry has",
            List.of("_oci/ext/discover"));

    private final Catalog catalog;
    private final Guard guard;
    private final Links links;
    private final List<Extension> extensions;

    BaseController(Catalog catalog, Guard guard, Links links, List<Extension> others) {
        this.catalog = catalog;
        this.guard = guard;
        this.links = links;
        this.extensions = Stream.concat(Stream.of(DISCOVERY), others.stream()).toList();
    }

    /** OCI Distribution Specification, "Determining Support". */
    @Open(to = Open.Audience.CLIENTS)
    @GetMapping(path = {"/v2/", "/v2"}, produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, String> version() {
        return Map.of();
    }

    @Open(to = Open.Audience.CLIENTS)
    @GetMapping(path = "/v2/_catalog", produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, List<String>> catalog(
            @RequestParam Optional<String> n,
            @RequestParam(defaultValue = "") String last,
            @RequestParam Optional<String> more,
            HttpServletRequest request,
            HttpServletResponse response) {
        int limit = PageSize.of(n, CATALOG_PAGE, CATALOG_PAGE);
        if (limit == 0) {
            return Map.of("repositories", List.of());
        }
        Optional<RepositoryName> after = last.isEmpty() ? Optional.empty() : Optional.of(RepositoryName.of(last));
        Catalog.Page page = catalog.page(
                after, limit, guard.readable(request), Callers.of(request).key(), more.isPresent());
        List<String> names = page.names().stream().map(RepositoryName::value).toList();
        if (page.hasMore()) {
            String place = names.isEmpty() ? last : names.getLast();
            links.setNext(
                    response, "/v2/_catalog?n=" + limit + "&last=" + place + (page.isUnfinished() ? "&more=true" : ""));
        }
        return Map.of("repositories", names);
    }

    /** OCI Distribution Specification, extensions/_oci.md, "Extension Discovery". */
    @Open(to = Open.Audience.CLIENTS)
    @GetMapping(path = "/v2/_oci/ext/discover", produces = MediaType.APPLICATION_JSON_VALUE)
    Extensions extensions(HttpServletRequest request) {
        return new Extensions(extensions.stream()
                .map(extension -> extension.url().startsWith("/")
                        ? extension.at(links.absolute(request, extension.url()))
                        : extension)
                .toList());
    }

    @Needs(Action.PULL)
    @GetMapping(path = "/{*name}/_oci/ext/discover", produces = MediaType.APPLICATION_JSON_VALUE)
    Extensions extensions(@PathVariable RepositoryName name, HttpServletRequest request) {
        return extensions(request);
    }

    record Extensions(List<Extension> extensions) {}
}
