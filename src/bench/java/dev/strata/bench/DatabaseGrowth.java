package dev.strata.bench;

import dev.strata.Strata;
import dev.strata.bench.StatementLog.Executed;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import javax.sql.DataSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * What a registry on PostgreSQL asks of its database as that grows: for each kind of request, its statements, how long they
 * take and how they read the tables, and what tables and indexes occupy for each manifest. The server itself tells which
 * statements there are, so that none is forgotten.
 */
final class DatabaseGrowth {

    /** What is slower, or reads more, is listed. */
    private static final double SLOW_MILLISECONDS = 5;
    private static final long MANY_ROWS = 5_000;
    private static final long SETTLE_SECONDS = 20;

    private final Workspace workspace;

    DatabaseGrowth(Workspace workspace) {
        this.workspace = workspace;
    }

    void measure(List<Long> sizes) throws IOException, InterruptedException {
        try (EmbeddedPostgres postgres = start()) {
            for (long size : sizes) {
                String database = "strata_" + size;
                new JdbcTemplate(postgres.getPostgresDatabase()).execute("create database " + database);
                measure(postgres, database, size);
                new JdbcTemplate(postgres.getPostgresDatabase()).execute("drop database " + database);
            }
        }
    }

    private EmbeddedPostgres start() throws IOException {
        return SharedStorage.database(workspace)
                .setServerConfig("shared_preload_libraries", "auto_explain")
                .setServerConfig("logging_collector", "on")
                .setServerConfig("log_directory", workspace.directory().toString())
                .setServerConfig("log_filename", "statements")
                .setServerConfig("shared_buffers", "1GB")
                .setServerConfig("max_wal_size", "3GB")
                .start();
    }

    private void measure(EmbeddedPostgres postgres, String name, long size) throws IOException, InterruptedException {
        String url = postgres.getJdbcUrl("postgres", name);
        Path data = workspace.directory().resolve("data-" + size);
        serve(url, data).close();
        long begin = System.nanoTime();
        DataSource database = postgres.getDatabase("postgres", name);
        try (java.sql.Connection connection = database.getConnection()) {
            new LargeDatabase(size).fill(new JdbcTemplate(new SingleConnectionDataSource(connection, true)));
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException("The database cannot be filled", e);
        }
        say("## %,d manifests with %,d references: filled in %d s", size, size * 10, (System.nanoTime() - begin) / 1_000_000_000);
        JdbcTemplate jdbc = new JdbcTemplate(database);
        growth(jdbc, size);
        for (String setting : List.of("log_min_duration = 0", "log_analyze = on", "log_format = json")) {
            jdbc.execute("alter database " + name + " set auto_explain." + setting);
        }
        statements(url, data, jdbc, size);
    }

    private static void growth(JdbcTemplate jdbc, long size) {
        say("| table | bytes a manifest | of which indexes |%n| :-- | --: | --: |");
        jdbc.query("""
                select relname, pg_total_relation_size(oid), pg_indexes_size(oid) from pg_class
                where relkind = 'r' and relnamespace = 'public'::regnamespace order by 2 desc limit 16""", row -> {
            say("| %s | %,d | %,d |", row.getString(1), row.getLong(2) / size, row.getLong(3) / size);
        });
        say("| all | %,d | |", jdbc.queryForObject("select pg_database_size(current_database())", Long.class) / size);
    }

    private void statements(String url, Path data, JdbcTemplate own, long size) throws IOException, InterruptedException {
        StatementLog log = new StatementLog(workspace.directory().resolve("statements"));
        log.next();
        Map<String, Executed> slow = new LinkedHashMap<>();
        try (ConfigurableApplicationContext context = serve(url, data)) {
            int port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            // What a start does, and what is due, is done beside nothing else.
            Thread.sleep(SETTLE_SECONDS * 1000);
            note("start and upkeep", log.next(), slow);
            say("| request | status | statements | ms in the database, median | slowest statement reads by |%n| :-- | --: | --: | --: | :-- |");
            HotPaths paths = new HotPaths(own, size);
            for (Map.Entry<String, LongFunction<Request>> path : paths.all().entrySet()) {
                int status = paths.ask(address, path.getValue());
                List<Executed> executed = log.next();
                note(path.getKey(), executed, slow);
                row(path.getKey(), status, executed);
            }
            retention(address, log, slow);
        }
        say("%nStatements above %.0f ms or %,d rows, each at its slowest:%n", SLOW_MILLISECONDS, MANY_ROWS);
        slow.forEach((key, one) -> say("- %.1f ms, %,d rows, %s; %s", one.milliseconds(), one.rows(), one.scans(), key));
    }

    /** Has the large repository's images gone through by a rule. */
    private static void retention(InetSocketAddress address, StatementLog log, Map<String, Executed> slow)
            throws IOException, InterruptedException {
        try (Connection connection = new Connection(address)) {
            connection.drain(connection.exchange(Request.of("PUT", "/api/upkeep/retention/rules/old")
                    .with("Content-Type", "application/json")
                    .withBody("""
                            {"on": "bench/**", "keep": [{"newest": 100}], "remove": [{"older-than": "300d"}]}"""
                            .getBytes(StandardCharsets.UTF_8))));
            Answer answer = connection.exchange(Request.of("POST", "/api/upkeep/retention/preview")
                    .with("Content-Type", "application/json")
                    .withBody("{\"repositories\": [\"bench/large\"]}".getBytes(StandardCharsets.UTF_8)));
            connection.drain(answer);
            Thread.sleep(SETTLE_SECONDS * 1000);
            List<Executed> executed = log.next();
            note("retention", executed, slow);
            row("retention, " + SETTLE_SECONDS + " s of a preview", answer.status(), executed);
        }
    }

    private static void note(String when, List<Executed> executed, Map<String, Executed> slow) {
        for (Executed one : executed) {
            if (one.milliseconds() > SLOW_MILLISECONDS || one.rows() > MANY_ROWS) {
                String key = when + ": `" + one.sql().substring(0, Math.min(300, one.sql().length())) + "`";
                slow.merge(key, one, (known, more) -> more.milliseconds() > known.milliseconds() ? more : known);
            }
        }
    }

    /** Of statements that came with most of the requests; others are of work in the background. */
    private static void row(String path, int status, List<Executed> executed) {
        Map<String, List<Executed>> bySql = new HashMap<>();
        executed.forEach(one -> bySql.computeIfAbsent(one.sql(), _ -> new ArrayList<>()).add(one));
        bySql.values().removeIf(all -> all.size() < HotPaths.TIMES / 2);
        double sum = 0;
        double worst = 0;
        String scans = "–";
        for (List<Executed> all : bySql.values()) {
            all.sort(Comparator.comparingDouble(Executed::milliseconds));
            Executed median = all.get(all.size() / 2);
            double each = median.milliseconds() * Math.max(1, all.size() / HotPaths.TIMES);
            sum += each;
            if (each > worst) {
                worst = each;
                scans = median.scans();
            }
        }
        say("| %s | %d | %d | %.3f | %s |", path, status, bySql.size(), sum, scans);
    }

    private static ConfigurableApplicationContext serve(String url, Path data) {
        return new SpringApplicationBuilder(Strata.class).run(
                "--server.port=0",
                "--strata.data-dir=" + data,
                "--spring.datasource.url=" + url,
                "--spring.datasource.username=postgres",
                "--spring.datasource.password=postgres",
                "--strata.upkeep.scrub=0",
                "--logging.level.dev.strata.storage=off",
                "--logging.level.dev.strata.registry=error");
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
