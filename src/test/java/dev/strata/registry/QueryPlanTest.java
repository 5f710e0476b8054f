package dev.strata.registry;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static dev.strata.testing.RegistryClient.withDigest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.cache.entries.Instructions;
import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Tag;
import dev.strata.step.ContentList;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.node.ObjectNode;

/** No request reads a table from its beginning to its end, however many rows it has. */
@RegistryTest
@Import(QueryPlanTest.Statements.class)
class QueryPlanTest {

    private static final String REPOSITORY = "shared/plan/repository";

    /** A step that is in all repositories. */
    private static final Step MADE = CacheCalls.step(Optional.empty(), CacheCalls.run("make"));

    /** What a statement may read of a table beyond what it answers with; far less than there is. */
    private static final int MOST_ROWS = 100;

    /** Of tables that grow; there is one total a figure and one an outcome. */
    private static final Pattern SCAN = Pattern.compile("(?<!savings_total|cache_total)\\.tableScan");

    private static final Pattern SCAN_COUNT = Pattern.compile("scanCount: (\\d+)");

    @Autowired
    RegistryClient registry;

    @Autowired
    DataSource database;

    @Autowired
    Queue<Statement> statements;

    @Test
    void everyStatementOfARequestUsesAnIndex() throws SQLException {
        registry.pushImage(REPOSITORY, "first", 0);
        statements.clear();
        requestEverything();
        List<Statement> requested = List.copyOf(statements);
        Map<Statement, String> plansOfFewRows = new HashMap<>();
        for (Statement statement : requested) {
            plansOfFewRows.put(statement, withoutCounts(plan(statement)));
        }
        fill();
        assertThat(requested)
                .as("tables that requests touch")
                .extracting(Statement::sql)
                .satisfies(all -> assertThat(String.join("\n", all))
                        .contains(" repository", " blob ", "blob_link", " manifest ", "manifest_link", " tag ", "cache_entry", "cache_content", "cache_use"));
        Map<String, String> scans = new TreeMap<>();
        Map<String, String> changed = new TreeMap<>();
        for (Statement statement : requested) {
            String plan = plan(statement);
            // H2 sorts what it locks, and that is few: the tags of one manifest.
            boolean lists = statement.sql().contains("order by") && !statement.sql().endsWith("for update");
            if (SCAN.matcher(plan).find() || lists && !plan.contains("index sorted") || readsMuch(statement, plan)) {
                scans.put(statement.sql(), plan);
            }
            // H2 makes a plan when it sees a statement first, and keeps it however much comes in.
            if (!withoutCounts(plan).equals(plansOfFewRows.get(statement))) {
                changed.put(statement.sql(), plansOfFewRows.get(statement) + "\n  later\n" + withoutCounts(plan));
            }
        }
        assertThat(scans).as("statements that read much").isEmpty();
        assertThat(changed).as("statements whose plan depends on how much there is").isEmpty();
        requireThatAScanIsSeen();
    }

    private void requireThatAScanIsSeen() throws SQLException {
        assertThat(plan(new Statement("select id from manifest where size > ?", List.of(0)))).contains("tableScan");
        assertThat(plan(new Statement("delete from tag where updated_at < ?", List.of(Instant.now()))))
                .contains("tableScan");
        assertThat(plan(new Statement("select name from tag where repository_id = ? order by updated_at", List.of(1))))
                .doesNotContain("index sorted");
        Statement reader = new Statement(
                "select sum(manifest_id) from tag where repository_id = (select id from repository where name = ?)"
                        + " and updated_at > ?",
                List.of(REPOSITORY, Instant.EPOCH));
        assertThat(readsMuch(reader, plan(reader))).isTrue();
    }

    private static String withoutCounts(String plan) {
        return plan.replaceAll("\\s*/\\*\\s+(scanCount|reads|total)[^*]*\\*/", "");
    }

    /** Whether it reads many more rows of a table than it answers with. */
    private boolean readsMuch(Statement statement, String plan) throws SQLException {
        Matcher scans = SCAN_COUNT.matcher(plan);
        int most = 0;
        while (scans.find()) {
            most = Math.max(most, Integer.parseInt(scans.group(1)));
        }
        return most > MOST_ROWS && most > rows(statement) + MOST_ROWS;
    }

    /** So many rows that a plan without an index would show as the more expensive one. */
    private void fill() throws SQLException {
        try (Connection connection = database.getConnection();
                java.sql.Statement statement = connection.createStatement()) {
            for (String sql : """
                    insert into repository (name) select 'shared/plan/filler' || n from system_range(1, 3000) as range(n)
                      on conflict do nothing;
                    insert into blob (digest, size, location, stored_at)
                      select hash('SHA256', cast(n as varchar)), n, 'none', now() from system_range(1, 3000) as range(n)
                      on conflict do nothing;
                    insert into blob_link (repository_id, blob_id, promised_at)
                      select r.id, b.id, now() from repository r, blob b where r.name = 'shared/plan/repository'
                      on conflict do nothing;
                    insert into manifest (digest, size, stored_at)
                      select hash('SHA256', cast(n as varchar)), n, now() from system_range(1, 3000) as range(n)
                      on conflict do nothing;
                    insert into manifest_link (repository_id, manifest_id, media_type, subject, pushed_at)
                      select r.id, m.id, 'a/b', hash('SHA256', cast(m.id / 10 as varchar)), now()
                      from repository r, manifest m where r.name = 'shared/plan/repository'
                      on conflict do nothing;
                    insert into tag (repository_id, name, manifest_id, updated_at)
                      select r.id, 'many' || n, (select min(manifest_id) from manifest_link where repository_id = r.id), now()
                      from repository r, system_range(1, 3000) as range(n) where r.name = 'shared/plan/repository'
                      on conflict do nothing;
                    insert into tag (repository_id, name, manifest_id, updated_at)
                      select repository_id, 'filler' || manifest_id, manifest_id, now() from manifest_link
                      on conflict do nothing;
                    insert into cache_entry (repository_id, step_key, scope, state, source, parent, operation, instruction,
                      blob_id, media_type, diff_id, chain_id, exec_ms, builder, created_at, used_at)
                      select r.id, hash('SHA256', 'key ' || n), 'main', 'V', 'R', hash('SHA256', 'parent ' || n), 'RUN',
                        hash('SHA256', 'instruction ' || n), (select max(id) from blob), 'a/b', hash('SHA256', 'x'),
                        hash('SHA256', 'chain ' || n), 1, 'filler', timestamp '2020-01-01 00:00:00', now()
                      from repository r, system_range(1, 3000) as range(n) where r.name = 'shared/plan/repository'
                      on conflict do nothing;
                    insert into cache_entry (repository_id, step_key, scope, state, source, parent, operation, instruction,
                      blob_id, media_type, diff_id, chain_id, exec_ms, builder, created_at, used_at, namespace)
                      select r.id, X'[step]', 'main', 'V', 'R', X'', 'RUN', X'[instruction]', (select max(id) from blob), 'a/b',
                        hash('SHA256', 'x'), hash('SHA256', 'y'), 1, 'filler', timestamp '2020-01-01 00:00:00', now(), 'shared'
                      from repository r where r.name like 'shared/plan/filler%'
                      on conflict do nothing;
                    insert into cache_step (entry_id, step, content)
                      select id, stringtoutf8('{}'), hash('SHA256', 'content ' || id) from cache_entry e
                      where builder = 'filler'
                      on conflict do nothing;
                    insert into cache_content (content, outline)
                      select hash('SHA256', 'content ' || n), stringtoutf8('x') from system_range(1, 3000) as range(n)
                      on conflict do nothing;
                    insert into cache_use (repository_id, hour_at, scope, instruction, outcome, asked, bytes, exec_ms)
                      select r.id, timestamp '2020-01-01 00:00:00', 'scope' || n, 'RUN', 'hit', 1, 1, 1
                      from repository r, system_range(1, 3000) as range(n) where r.name = 'shared/plan/repository'
                      on conflict do nothing;
                    analyze"""
                    .replace("[step]", MADE.key().digest().hex())
                    .replace("[instruction]", Instructions.digest(MADE.operation()).hex())
                    .split(";")) {
                statement.execute(sql);
            }
        }
    }

    private void requestEverything() {
        byte[] content = Content.random(1, 1_000);
        Digest blob = registry.pushBlob(REPOSITORY, content);
        registry.post("/v2/shared/plan/other/blobs/uploads/?mount=" + blob + "&from=" + REPOSITORY);
        registry.post("/v2/shared/plan/third/blobs/uploads/?mount=" + blob);
        registry.getBlob(REPOSITORY, blob);
        registry.getBlob(REPOSITORY, Content.sha256(new byte[1]));
        registry.put(withDigest(registry.startUpload(REPOSITORY), blob), content);

        ManifestJson image = registry.pushBlobsOf(REPOSITORY, 1);
        registry.pushManifest(REPOSITORY, "v1", image);
        registry.pushManifest(REPOSITORY, "v1", image);
        registry.put(
                manifest(REPOSITORY, image.digest()) + "?tag=v1&tag=v2&tag=v3",
                image.bytes(),
                "Content-Type",
                image.mediaType().value());
        ManifestJson signature = image.subject(image.digest()).artifactType("a/b");
        registry.pushManifest(REPOSITORY, signature.digest(), signature);
        registry.pushManifest(REPOSITORY, Tag.ofReferrers(image.digest()), ManifestJson.index(signature.descriptor()));
        registry.putManifest(REPOSITORY, "bad", MediaType.OCI_MANIFEST, ManifestJson.image(new byte[1]).bytes());

        for (String path : new String[] {
            manifest(REPOSITORY, "v1"),
            manifest(REPOSITORY, image.digest()),
            manifest(REPOSITORY, "absent"),
            "/v2/" + REPOSITORY + "/referrers/" + image.digest(),
            "/v2/" + REPOSITORY + "/referrers/" + image.digest() + "?artifactType=a/b&n=1",
            "/v2/" + REPOSITORY + "/tags/list",
            "/v2/" + REPOSITORY + "/tags/list?n=1&last=v1",
            "/v2/_catalog",
            "/v2/_catalog?n=1&last=shared/plan/other",
            "/api/savings",
            "/api/savings/repositories?sort=freed&n=1",
            "/api/savings/repositories?q=shared/plan&n=1",
            "/api/savings/repositories/" + REPOSITORY + "/tags?sort=unique&n=1",
            "/api/savings/repositories/" + REPOSITORY + "/tags?q=v&n=1",
            "/api/savings/repositories/" + REPOSITORY + "/image?reference=v1",
            "/api/savings/layers",
            "/api/savings/bases",
            "/api/savings/blobs/" + blob,
            "/api/savings/history"
        }) {
            registry.get(path);
        }
        requestTheCache();
        registry.delete(manifest(REPOSITORY, "v2"));
        registry.delete(manifest(REPOSITORY, image.digest()));
        registry.delete(blob(REPOSITORY, blob));
    }

    private void requestTheCache() {
        CacheCalls cache = new CacheCalls(registry, REPOSITORY);
        TestLayer layer = TestLayer.of(1);
        Step step = MADE;
        registry.pushBlob(REPOSITORY, layer.content());
        cache.put(step.key(), CacheCalls.entry(step, layer));
        cache.put(step.key(), CacheCalls.entry(step, layer));
        cache.put(step.key(), CacheCalls.entry(step, layer).put("exec_ms", 1), "If-Match", "*");
        cache.get(step.key(), "?scopes=pr-1,main");
        cache.get(CacheCalls.step(Optional.empty(), CacheCalls.run("absent")).key(), "");
        for (String command : new String[] {"make", "absent"}) {
            String request = "{\"platform\":\"linux/amd64\",\"lease\":{\"ttl_s\":60},\"stages\":[{\"name\":\"a\","
                    + "\"base\":\"scratch\",\"steps\":[" + CacheCalls.run(command).toJson() + "]}]}";
            cache.post("resolve", request);
            cache.post("explain", request);
            cache.post("resolve", request.replace("amd64", "arm64"));
            cache.layer("scratch", "RUN " + command, "");
            cache.layer("scratch", "RUN " + command, "&user=other");
        }
        CacheCalls neighbour = new CacheCalls(registry, "shared/plan/neighbour");
        neighbour.get(step.key(), "");
        neighbour.layer("scratch", "RUN make", "");
        neighbour.layer("scratch", "RUN absent", "");
        requestACopy(cache, layer);
        cache.layer("v1", "RUN make", "&trust=any");
        cache.post("missing", "{\"digests\":[\"" + layer.digest() + "\"]}");
        registry.getBlob(REPOSITORY, layer.digest());
        for (String by : new String[] {"repository", "scope", "instruction", "origin"}) {
            registry.get(cache.path("stats?by=" + by));
        }
        registry.delete(cache.path("entries/" + step.key() + "?scope=pr-1"));
        registry.delete(cache.path("entries/" + step.key()));
        registry.delete(cache.path("entries?builder=absent&scope=main&since=2100-01-01T00:00:00Z"));
    }

    private static void requestACopy(CacheCalls cache, TestLayer layer) {
        String request = "{\"platform\":\"linux/amd64\",\"stages\":[{\"name\":\"a\",\"base\":\"scratch\",\"steps\":[%s]}]}";
        for (String target : new String[] {"before", "now"}) {
            ContentList files = ContentList.of(List.of(new ContentList.Entry.Link("link", target)));
            ObjectNode copy = (ObjectNode) CacheCalls.json(
                    "{\"op\":\"copy\",\"dest\":\"/\",\"content\":\"" + files.digest() + "\"}");
            Step step = CacheCalls.step(Optional.empty(), Operation.of(copy));
            copy.set("files", files.toJson());
            cache.post("resolve", request.formatted(copy));
            cache.put(step.key(), CacheCalls.entry(step, layer)); // whose list is looked for in vain
        }
    }

    /** Of what only reads, with the number of rows that were read; other statements are not run again. */
    private String plan(Statement statement) throws SQLException {
        boolean reads = statement.sql().startsWith("select");
        try (Connection connection = database.getConnection();
                PreparedStatement explain = prepare(
                        connection, (reads ? "explain analyze " : "explain ") + statement.sql(), statement.parameters());
                ResultSet plan = explain.executeQuery()) {
            plan.next();
            return plan.getString(1);
        }
    }

    private int rows(Statement statement) throws SQLException {
        int count = 0;
        try (Connection connection = database.getConnection();
                PreparedStatement select = prepare(connection, statement.sql(), statement.parameters());
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    private static PreparedStatement prepare(Connection connection, String sql, List<Object> parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
        return statement;
    }

    /** A statement that was run, with the values of its parameters in their order. */
    record Statement(String sql, List<Object> parameters) {

        static Statement of(QueryInfo query) {
            return new Statement(
                    query.getQuery(),
                    query.getParametersList().stream()
                            .limit(1) // those of a batch are alike
                            .flatMap(List::stream)
                            .filter(set -> set.getMethod().getName().startsWith("set"))
                            .sorted(Comparator.comparing(set -> (Integer) set.getArgs()[0]))
                            .map(set -> set.getMethod().getName().equals("setNull") ? null : value(set.getArgs()[1]))
                            .collect(Collectors.toCollection(ArrayList::new)));
        }

        /** An array is gone with its statement. */
        private static Object value(Object parameter) {
            try {
                return parameter instanceof Array array ? array.getArray() : parameter;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Statements {

        /** Every statement that was run for a request. */
        @Bean
        static Queue<Statement> statements() {
            return new ConcurrentLinkedQueue<>();
        }

        @Bean
        static BeanPostProcessor listener(Queue<Statement> statements) {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DataSource database ? listenedTo(database, statements) : bean;
                }
            };
        }

        private static DataSource listenedTo(DataSource database, Queue<Statement> statements) {
            return ProxyDataSourceBuilder.create(database)
                    .beforeQuery((execution, queries) -> {
                        if (Thread.currentThread().getName().contains("-exec-")) { // one of the server's, for a request
                            queries.forEach(query -> statements.add(Statement.of(query)));
                        }
                    })
                    .build();
        }
    }
}
