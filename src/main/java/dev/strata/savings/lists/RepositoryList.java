package dev.strata.savings.lists;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.savings.counted.CountedRepository;
import dev.strata.savings.ledger.CountedRepositories;
import java.time.Duration;
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

    /** Rows at the most that one request looks at for somebody who may not see all of them. */
    private static final int MOST_LOOKS = 100_000;

    private static final int PIECE = 10_000;
    private static final int MOST_PLACES = 10_000;
    /** Longer than a client takes to ask for the next page; without it, some rows are looked at once more. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    /** The number in the token of a place behind which not all rows were looked at. */
    private static final long UNFINISHED = 1;

    private static final PageToken FIRST = new PageToken(0, UNFINISHED, "");
    private static final PageToken LAST = new PageToken(999_999_999_999_999_999L, UNFINISHED, "~");

    private final Cache<Gap, PageToken> places =
            Caffeine.newBuilder().maximumSize(MOST_PLACES).expireAfterWrite(REMEMBERED).build();
    private final JdbcTemplate jdbc;

    /** Behind a place, where somebody may see none of the next rows. */
    private record Gap(String reader, Sort sort, boolean descending, PageToken after) {

        Gap(String reader, ListRequest<Sort> request, PageToken after) {
            this(reader, request.sort(), request.descending(), after);
        }
    }

    RepositoryList(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** One repository; one that is there and has no image has 0 everywhere. */
    public RepositorySavings get(RepositoryName name) {
        return RepositorySavings.of(row(name));
    }

    /** @throws RegistryException NAME_UNKNOWN */
    public CountedRepository row(RepositoryName name) {
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
     * A part of the list. Where very many repositories may not be named, it has fewer than were asked for though others
     * follow. The place to which it came is remembered here, since its name is nobody's to see.
     *
     * @param readable the repositories that may be named
     * @param reader stands for who asks
     */
    public Page<RepositorySavings> list(ListRequest<Sort> request, ReadableRepositories readable, String reader) {
        int looks = request.search().isEmpty() ? request.limit() + 1 : ListRequest.MOST_NAMES;
        int piece = readable.areAll() ? looks : Math.max(looks, PIECE);
        ReadableRows where = ReadableRows.of(readable);
        List<RepositorySavings> page = new ArrayList<>();
        Optional<PageToken> looked = request.after()
                .map(after -> after.number() == UNFINISHED ? places.get(new Gap(reader, request, after), gap -> after) : after);
        Optional<PageToken> named = Optional.empty();
        boolean more = true;
        for (int seen = 0; more && seen < MOST_LOOKS && (named.isEmpty() || request.search().isEmpty()); seen += piece) {
            List<CountedRepository> rows = rows(request, looked, where, piece);
            for (CountedRepository row : rows) {
                PageToken place = new PageToken(request.sort().figure.applyAsLong(row), 0, row.name());
                looked = Optional.of(place);
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
            more = rows.size() == piece;
        }
        if (!more || named.equals(looked)) {
            return new Page<>(page, more ? named : Optional.empty());
        }
        PageToken before = named.or(request::after).orElseGet(() -> request.descending() ? LAST : FIRST);
        PageToken next = new PageToken(before.figure(), UNFINISHED, before.name());
        looked.ifPresent(place -> places.put(new Gap(reader, request, next), place));
        return new Page<>(page, Optional.of(next));
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
}
