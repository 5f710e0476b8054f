package dev.strata.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No statement can meet an error of H2 2.4. Where it searches an index for one of several values, by {@code in} or
 * {@code any}, and ends before it has seen all rows, because of a {@code limit} or within an {@code exists}, the next run of
 * the prepared statement goes on where the last one ended. It finds rows that have gone since, and misses others.
 *
 * <p>Neighbouring values can be asked for by {@code between}, others one after another.
 */
class UnfinishedSearchTest {

    private static final Path SOURCES = Path.of("src/main/java");

    /** What stands in the code apart from the rest of its statement, and why that does not meet the error. */
    private static final Map<String, String> PARTS = Map.of(
            "e.scope in (?)", "the statement gives all of an entry's scopes",
            "b.digest in (select f.digest from manifest_reference f where f.manifest_id = ? and f.position < ?)",
            "the statement is a sum, for which all is read",
            "i.decision in ('K', 'N')", "every index has the plan before the decision, and that is one value",
            "r.name in (?,", "there are at most 1,000 names, and the limit is 10,000 rows");

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*(//|/?\\*).*$");
    private static final Pattern LITERAL = Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);
    /** What is between two literals that make one text. */
    private static final Pattern JOINED = Pattern.compile("[^;,{}]*\\+[^;,{}]*");

    private static final Pattern WHOLE = Pattern.compile("^\\s*(select|insert|update|delete|with)\\b");
    private static final Pattern SEVERAL = Pattern.compile("\\b(in ?\\((?=select|'|\\?|:|%s|$)|any ?\\((?=\\?|:))");
    private static final Pattern SHORTENED = Pattern.compile("\\blimit\\b|\\bfetch first\\b");

    @Test
    void noStatementEndsASearchForSeveralValuesEarly() throws IOException {
        List<String> found = new ArrayList<>();
        int statements = 0;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
                for (String text : texts(Files.readString(file))) {
                    statements += WHOLE.matcher(text).find() ? 1 : 0;
                    if (canMeetTheError(text)) {
                        found.add(file + ": " + text);
                    }
                }
            }
        }
        assertThat(statements).as("statements that were looked at").isGreaterThan(300);
        assertThat(found).isEmpty();
    }

    private static boolean canMeetTheError(String text) {
        if (!WHOLE.matcher(text).find()) {
            return SEVERAL.matcher(text).find() && PARTS.keySet().stream().noneMatch(text::endsWith);
        }
        Matcher several = SEVERAL.matcher(text);
        while (several.find()) {
            if (isShortened(text, several.start())) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of the queries around a place in a statement ends before it has seen all rows. */
    private static boolean isShortened(String text, int place) {
        Deque<Integer> queries = new ArrayDeque<>(List.of(-1));
        for (int i = 0; i < place; i++) {
            if (text.charAt(i) == '(') {
                queries.push(i);
            } else if (text.charAt(i) == ')' && queries.size() > 1) {
                queries.pop();
            }
        }
        return queries.stream()
                .anyMatch(open -> text.substring(0, open + 1).matches(".*\\bexists ?\\(")
                        || SHORTENED.matcher(ownText(text, open + 1)).find());
    }

    /** From a place to the end of the brackets that it is in, without those within. */
    private static String ownText(String text, int from) {
        StringBuilder own = new StringBuilder();
        int depth = 0;
        for (int i = from; i < text.length() && depth >= 0; i++) {
            char next = text.charAt(i);
            depth += next == '(' ? 1 : next == ')' ? -1 : 0;
            if (depth == 0) {
                own.append(next);
            }
        }
        return own.toString();
    }

    /** The literals of a file, those together that make one text; what is not literal in it becomes a question mark. */
    private static List<String> texts(String code) {
        String bare = COMMENT.matcher(code).replaceAll("");
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int end = 0;
        Matcher literals = LITERAL.matcher(bare);
        while (literals.find()) {
            String between = bare.substring(end, literals.start());
            if (JOINED.matcher(between).matches()) {
                text.append(between.strip().equals("+") ? "" : "?");
            } else {
                texts.add(text.toString());
                text.setLength(0);
            }
            text.append(literals.group(1) == null ? literals.group(2) : literals.group(1));
            end = literals.end();
        }
        texts.add(text.toString());
        return texts.stream().map(one -> one.replaceAll("\\s+", " ").strip()).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select id from bin_item where kind in ('B', 'M') and repository_id = ? limit 1",
                "select id from tag where id = any(?) order by id fetch first ? rows only",
                "select r.id from repository r where exists (select 1 from tag t where t.name in (?, ?) and t.id = r.id)",
                "select n from (select id as n from tag where name in (select 'a')) some limit ?",
                "and kind in ('B', 'M')"
            })
    void whatCanMeetTheErrorIsSeen(String statement) {
        assertThat(canMeetTheError(statement)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select id from tag where name in (?, ?)",
                "delete from tag where id in (select id from tag where repository_id = ? limit ?)",
                "select sum(size) from blob b where b.id = any(?) and not exists (select 1 from blob_link l where l.blob_id = b.id)"
            })
    void whatCannotMeetItIsNot(String statement) {
        assertThat(canMeetTheError(statement)).isFalse();
    }

    /** When H2 finds nothing in the end, its error is mended, and this class can go. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            kind in ('B', 'M')        | 2
            kind between 'B' and 'M'  | 0
            """)
    void aSearchGoesOnWhereTheLastOneEnded(String condition, long found) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:");
                Statement statement = connection.createStatement()) {
            statement.execute("create table item (id bigint primary key, kind char(1) not null, place bigint)");
            statement.execute("create index item_kind on item (kind, place, id)");
            statement.execute("insert into item select n, 'B', 7 from system_range(1, 5) as range(n)");
            try (PreparedStatement search =
                    connection.prepareStatement("select id from item where " + condition + " and place = 7 limit 1")) {
                assertThat(first(search)).isEqualTo(1);
                statement.execute("delete from item");
                assertThat(first(search)).isEqualTo(found);
            }
        }
    }

    private static long first(PreparedStatement search) throws SQLException {
        try (ResultSet rows = search.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}
