package dev.strata.savings.report;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.savings.counted.CountedRepository;
import dev.strata.savings.ledger.CountedRepositories;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** The repositories that have an image, with their figures. */
@Service
public class RepositoryList {

    /** What a list of repositories is sorted by. */
    public enum Sort {
        NAME("name", row -> 0),
        AS_IF_UNSHARED("as_if_unshared", CountedRepository::asIfUnshared),
        FULL("full_size", CountedRepository::full),
        UNIQUE("unique_size", CountedRepository::unique),
        SHARED("shared_size", row -> row.full() - row.unique()),
        FREED("unique_size", CountedRepository::unique),
        IMAGES("images", CountedRepository::images),
        TAGS("tags", CountedRepository::tags);

        private final String column;
        private final ToLongFunction<CountedRepository> figure;

        Sort(String column, ToLongFunction<CountedRepository> figure) {
            this.column = column;
            this.figure = figure;
        }
    }

    private final JdbcTemplate jdbc;

    RepositoryList(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** One repository; one that is there and has no image has 0 everywhere. */
    public RepositorySavings get(RepositoryName name) {
        return RepositorySavings.of(row(name));
    }

    /** @throws RegistryException NAME_UNKNOWN */
    CountedRepository row(RepositoryName name) {
        List<Long> ids = jdbc.queryForList("select id from repository where name = ?", Long.class, name.value());
        if (ids.isEmpty()) {
            throw new RegistryException(
                    Problem.NAME_UNKNOWN, "there is no such repository", Map.of("name", name.value()));
        }
        return jdbc.query(
                        "select " + CountedRepositories.COLUMNS + " from savings_repository r where r.id = ?",
                        (row, number) -> CountedRepositories.read(row),
                        ids.getFirst())
                .stream()
                .findFirst()
                .orElseGet(() -> CountedRepository.of(ids.getFirst(), name.value()));
    }

    /**
     * A part of the list.
     *
     * @param readable the repositories that may be named
     */
    public Page<RepositorySavings> list(ListRequest<Sort> request, ReadableRepositories readable) {
        int looks = request.search().isEmpty() ? request.limit() + 1 : ListRequest.MOST_NAMES;
        ReadableRows where = ReadableRows.of(readable);
        List<RepositorySavings> page = new ArrayList<>();
        Optional<PageToken> looked = request.after();
        Optional<PageToken> named = Optional.empty();
        boolean more = true;
        // What may not be named is no place where a list goes on either.
        while (more && (named.isEmpty() || request.search().isEmpty())) {
            List<CountedRepository> rows = rows(request, looked, where, looks);
            for (CountedRepository row : rows) {
                looked = Optional.of(token(request.sort(), row));
                if (!readable.include(row.name())) {
                    continue;
                }
                if (page.size() == request.limit()) {
                    return new Page<>(page, named);
                }
                if (request.isFound(row.name())) {
                    page.add(RepositorySavings.of(row));
                }
                named = looked;
            }
            more = rows.size() == looks;
        }
        return new Page<>(page, more ? named : Optional.empty());
    }

    private List<CountedRepository> rows(
            ListRequest<Sort> request, Optional<PageToken> from, ReadableRows readable, int looks) {
        String column = "r." + request.sort().column;
        String direction = request.direction();
        boolean byName = request.sort() == Sort.NAME;
        List<Object> parameters = new ArrayList<>(readable.parameters());
        String where = readable.condition();
        if (from.isPresent()) {
            PageToken after = from.get();
            where += byName
                    ? " and r.name " + request.comparison() + " ?"
                    : " and (" + column + ", r.name) " + request.comparison() + " (?, ?)";
            if (!byName) {
                parameters.add(after.figure());
            }
            parameters.add(after.name());
        }
        parameters.add(looks);
        String order = byName ? "r.name " + direction : column + " " + direction + ", r.name " + direction;
        return jdbc.query(
                "select " + CountedRepositories.COLUMNS + " from savings_repository r where " + where + " order by "
                        + order + " limit ?",
                (row, number) -> CountedRepositories.read(row),
                parameters.toArray());
    }

    private static PageToken token(Sort sort, CountedRepository row) {
        return new PageToken(sort.figure.applyAsLong(row), 0, row.name());
    }
}
