package dev.strata.registry;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static dev.strata.testing.RegistryClient.withDigest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Tag;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** No request reads a table from its beginning to its end, however many rows it has. */
@RegistryTest
@Import(QueryPlanTest.Statements.class)
class QueryPlanTest {

    private static final String REPOSITORY = "plan/repository";

    @Autowired
    RegistryClient registry;

    @Autowired
    DataSource database;

    @Autowired
    Set<String> statements;

    @Test
    void everyStatementOfARequestUsesAnIndex() throws SQLException {
        registry.pushImage(REPOSITORY, "first", 0);
        fill();
        statements.clear();
        requestEverything();
        Set<String> requested = Set.copyOf(statements);
        assertThat(requested)
                .as("tables that requests touch")
                .satisfies(all -> assertThat(String.join("\n", all))
                        .contains(" repository", " blob ", "blob_link", " manifest ", "manifest_link", " tag "));
        Map<String, String> scans = new TreeMap<>();
        for (String statement : requested) {
            String plan = plan(statement);
            // H2 sorts what it locks, and that is few: the tags of one manifest.
            boolean lists = statement.contains("order by") && !statement.endsWith("for update");
            if (plan.contains("tableScan") || lists && !plan.contains("index sorted")) {
                scans.put(statement, plan);
            }
        }
        assertThat(scans).isEmpty();
    }

    @Test
    void aScanWouldBeSeen() throws SQLException {
        assertThat(plan("select id from manifest where size > ?")).contains("tableScan");
        assertThat(plan("delete from tag where updated_at < ?")).contains("tableScan");
        assertThat(plan("select name from tag where repository_id = ? order by updated_at"))
                .doesNotContain("index sorted");
    }

    /** So many rows that a plan without an index would show as the more expensive one. */
    private void fill() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : """
                    insert into repository (name) select 'plan/filler' || n from system_range(1, 3000) as range(n);
                    insert into blob (digest, size, location, stored_at)
                      select hash('SHA256', cast(n as varchar)), n, 'none', now() from system_range(1, 3000) as range(n);
                    insert into blob_link (repository_id, blob_id, linked_at)
                      select r.id, b.id, now() from repository r, blob b where r.name = 'plan/repository'
                      on conflict do nothing;
                    insert into manifest (digest, size, stored_at)
                      select hash('SHA256', cast(n as varchar)), n, now() from system_range(1, 3000) as range(n);
                    insert into manifest_link (repository_id, manifest_id, media_type, subject, pushed_at)
                      select r.id, m.id, 'a/b', hash('SHA256', cast(m.id / 10 as varchar)), now()
                      from repository r, manifest m where r.name = 'plan/repository'
                      on conflict do nothing;
                    insert into tag (repository_id, name, manifest_id, updated_at)
                      select repository_id, 'filler' || manifest_id, manifest_id, now() from manifest_link;
                    analyze""".split(";")) {
                statement.execute(sql);
            }
        }
    }

    private void requestEverything() {
        byte[] content = Content.random(1, 1_000);
        Digest blob = registry.pushBlob(REPOSITORY, content);
        registry.post("/v2/plan/other/blobs/uploads/?mount=" + blob + "&from=" + REPOSITORY);
        registry.post("/v2/plan/third/blobs/uploads/?mount=" + blob);
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
            "/v2/_catalog?n=1&last=plan/other"
        }) {
            registry.get(path);
        }
        registry.delete(manifest(REPOSITORY, "v2"));
        registry.delete(manifest(REPOSITORY, image.digest()));
        registry.delete(blob(REPOSITORY, blob));
    }

    private String plan(String statement) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement explain = connection.prepareStatement("explain " + statement)) {
            for (int i = 1; i <= explain.getParameterMetaData().getParameterCount(); i++) {
                explain.setObject(i, null);
            }
            try (ResultSet plan = explain.executeQuery()) {
                plan.next();
                return plan.getString(1);
            }
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Statements {

        /** Every statement that was run, with its parameters left open. */
        @Bean
        static Set<String> statements() {
            return ConcurrentHashMap.newKeySet();
        }

        @Bean
        static BeanPostProcessor listener(Set<String> statements) {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DataSource database ? listenedTo(database, statements) : bean;
                }
            };
        }

        private static DataSource listenedTo(DataSource database, Set<String> statements) {
            return ProxyDataSourceBuilder.create(database)
                    .beforeQuery((execution, queries) -> queries.forEach(query -> statements.add(query.getQuery())))
                    .build();
        }
    }
}
