package dev.strata.access.people;

import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.database.columns.ColumnText;
import dev.strata.database.entities.EntityTransaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.domain.Limit;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * People whom issuers name. What an issuer said of somebody is known only when they log in, so it is kept, and it holds for
 * a while: for what they left to work for them, such as robots and refresh tokens, and for their sessions.
 */
@EntityTransaction
public class People {

    /** The name of an issuer and that of somebody there, with a slash between them. */
    static final int LONGEST_NAME = 255;

    private static final Logger log = LoggerFactory.getLogger(People.class);
    /** In plain characters, which every database takes. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final int LONGEST_TITLE = 255;
    /** In characters: all of it is in each token of theirs, which has to fit into a header. */
    private static final int LONGEST_JSON = 6_000;
    private static final int PIECE = 200;
    /** Somebody who comes back after a time without a login finds what was theirs, if it was no longer than so many. */
    private static final long KEPT = 4;
    /** Nothing invisible, and nothing that looks like the end of a line. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]+");
    /** OpenID Connect Core 1.0, section 2. */
    private static final Pattern SUBJECT = Pattern.compile("[\\x20-\\x7E]{1,255}");

    private final PersonRows rows;
    private final Duration memory;
    private final Clock clock;

    /** @param memory how long what an issuer said of somebody holds */
    People(PersonRows rows, Duration memory, Clock clock) {
        this.rows = rows;
        this.memory = memory;
        this.clock = clock;
    }

    /**
     * Keeps what an issuer says of somebody who logs in now. Whoever had the name before them and was somebody else is gone
     * with all that was theirs.
     *
     * @return who that is; absent where they have no name that can be kept
     */
    public Optional<Proven> note(Described said) {
        if (said.fullName().length() > LONGEST_NAME
                || !NAME.matcher(said.name()).matches()
                || !SUBJECT.matcher(said.subject()).matches()) {
            return Optional.empty();
        }
        Instant now = now();
        Optional<PersonRow> known = rows.findByName(said.fullName());
        known.filter(row -> !row.subject().equals(said.subject())).ifPresent(other -> {
            log.warn("{} is somebody else now, as the issuer says", said.fullName());
            rows.delete(other);
            rows.flush();
        });
        PersonRow row = known.filter(same -> same.subject().equals(said.subject()))
                .orElseGet(() -> new PersonRow(said.fullName(), said.subject(), now));
        row.setSeen(ColumnText.of(said.title(), LONGEST_TITLE), groups(said), claims(said), now);
        return Optional.of(proven(rows.saveAndFlush(row)));
    }

    /** Rights only add up, so what does not fit is left out. */
    private static String groups(Described said) {
        List<String> kept = new ArrayList<>();
        int length = 2;
        for (String group : said.groups().stream().sorted().toList()) {
            int more = JSON.writeValueAsString(group).length() + 1;
            if (group.equals(Caller.ADMINISTRATORS)) {
                log.warn("{} is not in the group {}, whatever the issuer says", said.fullName(), Caller.ADMINISTRATORS);
            } else if (length + more <= LONGEST_JSON) {
                kept.add(group);
                length += more;
            } else {
                log.warn("{} is in more groups than are kept; {} is left out", said.fullName(), group);
            }
        }
        return JSON.writeValueAsString(kept);
    }

    private static String claims(Described said) {
        Map<String, List<String>> kept = new TreeMap<>();
        int length = 2;
        for (Map.Entry<String, List<String>> claim : new TreeMap<>(said.claims()).entrySet()) {
            int more = JSON.writeValueAsString(Map.of(claim.getKey(), claim.getValue())).length();
            if (length + more <= LONGEST_JSON) {
                kept.put(claim.getKey(), claim.getValue());
                length += more;
            }
        }
        return JSON.writeValueAsString(kept);
    }

    /** Somebody who logged in of late, as their issuer described them then. */
    @EntityTransaction(readOnly = true)
    public Optional<Proven> find(String name) {
        return row(name).map(this::proven);
    }

    /** Who made something then, as they are now: whoever took the name later is somebody else. */
    @EntityTransaction(readOnly = true)
    public Optional<Caller> maker(String name, Instant then) {
        return row(name).filter(row -> !row.createdAt().isAfter(then)).map(row -> proven(row).caller());
    }

    private Optional<PersonRow> row(String name) {
        return Optional.of(name)
                .filter(known -> known.indexOf('\0') < 0)
                .flatMap(rows::findByName)
                .filter(row -> clock.instant().isBefore(row.seenAt().plus(memory)));
    }

    /** What to call somebody; absent where they are not known. */
    @EntityTransaction(readOnly = true)
    public Optional<String> titleOf(String name) {
        return row(name).map(PersonRow::title);
    }

    /** In the order of their names, from behind one. */
    @EntityTransaction(readOnly = true)
    public List<Person> list(String after, int limit) {
        return rows.findByNameGreaterThanOrderByName(after, Limit.of(limit)).stream().map(this::person).toList();
    }

    /** Forgets somebody, with all that was theirs, until they log in again; says who it was. */
    public Optional<String> forget(long id) {
        Optional<PersonRow> row = rows.findById(id);
        row.ifPresent(rows::delete);
        return row.map(PersonRow::name);
    }

    @EntityTransaction(readOnly = true)
    boolean haveOld() {
        return !old(1).isEmpty();
    }

    /** Forgets some of those who did not log in for very long. */
    void forgetOld() {
        rows.deleteAllInBatch(old(PIECE));
    }

    /** Their robots would have to come back with them, so they are kept as long as those would be. */
    private List<PersonRow> old(int limit) {
        return rows.findBySeenAtBeforeOrderBySeenAt(clock.instant().minus(memory.multipliedBy(KEPT)), Limit.of(limit));
    }

    private Person person(PersonRow row) {
        return new Person(
                row.id(), row.name(), row.title(), groups(row), row.createdAt(), row.seenAt(), row.seenAt().plus(memory));
    }

    private Proven proven(PersonRow row) {
        Caller caller = new Caller(
                Kind.PERSON,
                row.name(),
                row.name().substring(0, row.name().indexOf('/')),
                groups(row),
                JSON.readValue(row.claims(), new TypeReference<Map<String, List<String>>>() {}),
                Optional.empty(),
                Optional.empty());
        return new Proven(caller, row.version(), () -> find(row.name()).isPresent());
    }

    private static Set<String> groups(PersonRow row) {
        return new HashSet<>(JSON.readValue(row.memberOf(), new TypeReference<List<String>>() {}));
    }

    /** As fine as both databases keep it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
