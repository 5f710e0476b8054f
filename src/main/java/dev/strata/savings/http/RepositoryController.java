package dev.strata.savings.http;

import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Open;
import dev.strata.access.rights.Action;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.savings.lists.ListRequest;
import dev.strata.savings.lists.Page;
import dev.strata.savings.lists.PageToken;
import dev.strata.savings.lists.RepositoryList;
import dev.strata.savings.lists.RepositorySavings;
import dev.strata.savings.lists.TagList;
import dev.strata.savings.lists.TagSavings;
import dev.strata.savings.report.ImageReport;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** Repositories, their tags and their images. */
@RestController
@RequestMapping("/api/savings/repositories")
class RepositoryController {

    private static final String TAGS = "/tags";
    private static final String IMAGE = "/image";

    private final RepositoryList repositories;
    private final TagList tags;
    private final ImageReport images;
    private final Answers answers;
    private final Guard guard;
    private final Links links;

    RepositoryController(
            RepositoryList repositories,
            TagList tags,
            ImageReport images,
            Answers answers,
            Guard guard,
            Links links) {
        this.repositories = repositories;
        this.tags = tags;
        this.images = images;
        this.answers = answers;
        this.guard = guard;
        this.links = links;
    }

    private record Repositories(List<RepositorySavings> repositories, Optional<PageToken> next) {}

    private record Tags(RepositorySavings repository, List<TagSavings> tags, Optional<PageToken> next) {}

    @Open(to = Open.Audience.CLIENTS)
    @GetMapping
    void list(
            @RequestParam Optional<String> sort,
            @RequestParam Optional<String> order,
            @RequestParam Optional<String> q,
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> after,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ListRequest<RepositoryList.Sort> asked = Parameters.list(RepositoryList.Sort.class, sort, order, q, n, after);
        answers.send(request, response, memory -> {
            memory.grow(asked.memory());
            Page<RepositorySavings> page = repositories.list(asked, guard.readable(request), Callers.of(request).key());
            link(request, response, page.next());
            return new Repositories(page.items(), page.next());
        });
    }

    /** A name has slashes, so the last segment alone tells what of the repository is asked for. */
    @Open(to = Open.Audience.DECIDED_THERE)
    @GetMapping("/{*path}")
    void repository(
            @PathVariable String path,
            @RequestParam Optional<String> sort,
            @RequestParam Optional<String> order,
            @RequestParam Optional<String> q,
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> after,
            @RequestParam Optional<String> reference,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (path.endsWith(TAGS)) {
            ListRequest<TagList.Sort> asked = Parameters.list(TagList.Sort.class, sort, order, q, n, after);
            tags(readable(path, TAGS, request, response), asked, request, response);
        } else if (path.endsWith(IMAGE)) {
            image(readable(path, IMAGE, request, response), reference, request, response);
        } else {
            throw new RegistryException(
                    Problem.ENDPOINT_UNKNOWN, "no such endpoint", Map.of("path", request.getRequestURI()));
        }
    }

    /** The repository that a path names, where the caller may read it. */
    private RepositoryName readable(
            String path, String end, HttpServletRequest request, HttpServletResponse response) {
        int start = path.startsWith("/") ? 1 : 0;
        RepositoryName name = RepositoryName.of(path.substring(start, Math.max(start, path.length() - end.length())));
        guard.require(Action.PULL, name, request, response);
        return name;
    }

    private void tags(
            RepositoryName name,
            ListRequest<TagList.Sort> asked,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        answers.send(request, response, memory -> {
            memory.grow(asked.memory());
            RepositorySavings repository = repositories.get(name);
            Page<TagSavings> page = tags.list(name, asked);
            link(request, response, page.next());
            return new Tags(repository, page.items(), page.next());
        });
    }

    private void image(
            RepositoryName name,
            Optional<String> reference,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Reference asked = Reference.of(reference.orElseThrow(() -> new RegistryException(
                Problem.PARAMETER_INVALID, "reference is a tag or a digest", Map.of("parameter", "reference"))));
        answers.send(request, response, memory -> images.get(name, asked, guard.readable(request), memory));
    }

    private void link(HttpServletRequest request, HttpServletResponse response, Optional<PageToken> next) {
        next.ifPresent(token -> {
            String query = Optional.ofNullable(request.getQueryString()).orElse("");
            links.setNext(
                    response,
                    request.getRequestURI()
                            + UriComponentsBuilder.newInstance()
                                    .query(query)
                                    .replaceQueryParam("after", token)
                                    .build()
                                    .toUriString());
        });
    }
}
