package dev.strata.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two versions of Strata use one database while replicas are upgraded. So a migration takes nothing away that the version
 * before it uses; see "Changes of the schema" in docs/development.md.
 */
class MigrationsTest {

    /** Up to this one nobody had anything to upgrade. */
    private static final int FREE = 27;

    private static final Path MIGRATIONS = Path.of("src", "main", "resources", "db", "migration");
    private static final Pattern NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");
    private static final Pattern TABLE = Pattern.compile("create (?:\\$\\{passing} )?table (\\w+)");
    private static final Pattern CHANGED =
            Pattern.compile("(?:alter table|create unique index \\w+ on|update|delete from|insert into) (\\w+)");

    /** What only a later release may do, in a migration that says so. */
    private static final String CONTRACT = "-- Contract:";

    @Test
    void noMigrationTakesAnythingFromTheVersionBefore() throws IOException {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                assertThat(name.matches()).as(file.toString()).isTrue();
                if (Integer.parseInt(name.group(1)) > FREE) {
                    assertThat(refused(Files.readString(file))).as(file.toString()).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table blob",
                "alter table blob drop column size",
                "alter table blob drop constraint blob_digest",
                "alter table blob rename to content",
                "alter table blob rename column size to bytes",
                "alter table blob alter column size type numeric",
                "alter table blob alter column size set data type numeric",
                "alter table blob alter column size set not null",
                "alter table blob add column kind integer not null",
                "alter table blob add column kind integer default 0, add column more integer not null",
                "alter table blob add constraint blob_size unique (size)",
                "create unique index blob_size on blob (size)",
                "update blob set size = 0",
                "delete from blob",
                "insert into blob (size) select size from object"
            })
    void whatTheVersionBeforeWouldMissIsRefused(String statement) {
        assertThat(refused("-- Why not?\n" + statement.replace(" blob ", "\n blob ") + ";")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table fresh (id integer primary key, name varchar(9) not null); create unique index fresh_name on fresh (name);"
                        + " insert into fresh (id, name) values (1, 'a')",
                "create ${passing} table fresh (id integer not null)",
                "alter table blob add column kind integer",
                "alter table blob add column kind varchar(9) default 'a;b' not null",
                "create index blob_kind on blob (kind)",
                "-- Contract: nobody reads it since 2.0\nalter table blob drop column kind"
            })
    void whatItDoesNotSeeIsTaken(String statements) {
        assertThat(refused(statements + ";")).isEmpty();
    }

    /** The statements that another version must not meet. */
    private static List<String> refused(String migration) {
        if (migration.contains(CONTRACT)) {
            return List.of();
        }
        List<String> refused = new ArrayList<>();
        Set<String> own = new HashSet<>();
        String plain = migration.replaceAll("--[^\n]*", " ").replaceAll("'[^']*'", "''").toLowerCase(Locale.ROOT);
        for (String each : plain.split(";")) {
            String statement = each.strip().replaceAll("\\s+", " ");
            Matcher table = TABLE.matcher(statement);
            Matcher changed = CHANGED.matcher(statement);
            if (table.lookingAt()) {
                own.add(table.group(1));
            } else if (changed.lookingAt() && own.contains(changed.group(1))) {
                continue; // of a table that the version before does not know
            } else if (takesAway(statement)) {
                refused.add(statement);
            }
        }
        return refused;
    }

    private static boolean takesAway(String statement) {
        return statement.matches("(drop|update|delete|insert|truncate|create unique index|alter index|alter sequence) .*")
                || statement.startsWith("alter table ") && Stream.of(statement.split(",(?![^(]*\\))")).anyMatch(MigrationsTest::isHarmful);
    }

    /** @param change one of those that a statement makes to a table */
    private static boolean isHarmful(String change) {
        boolean isColumn = change.contains(" add column ");
        return !isColumn || change.contains(" not null") && !change.contains(" default ");
    }
}
