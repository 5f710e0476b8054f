package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What clients ask a registry of the rows of {@link LargeDatabase}, again and again and each time of something else. No blob
 * has bytes there: a pull of one ends with 404, and a push of a manifest with 400, when they have asked the database.
 */
final class HotPaths {

    /** Prepared statements get a plan for all parameters after the tenth time. */
    static final int TIMES = 30;

    private final JdbcTemplate jdbc;
    private final long manifests;
    private final Random random = new Random(1);

    HotPaths(JdbcTemplate jdbc, long manifests) {
        this.jdbc = jdbc;
        this.manifests = manifests;
    }

    /** Each by its name; makes a request about an image of some number. */
    Map<String, LongFunction<Request>> all() {
        Map<String, LongFunction<Request>> paths = new LinkedHashMap<>();
        paths.put("manifest by tag", n -> manifest(n, "v" + n));
        paths.put("manifest by tag, large repository", n -> manifest(n - n % 10, "v" + (n - n % 10)));
        paths.put("manifest by digest", n -> manifest(n, digest("select digest from manifest where id = " + (n + 1))));
        paths.put("page of tags", n -> Request.get("/v2/" + LargeDatabase.repository(n) + "/tags/list?n=100&last=v" + n));
        paths.put("page of tags, large repository",
                n -> Request.get("/v2/" + LargeDatabase.LARGE + "/tags/list?n=100&last=v" + n));
        paths.put("page of the catalog", n -> Request.get("/v2/_catalog?n=100&last=" + LargeDatabase.repository(n)));
        paths.put("blob", n -> Request.head("/v2/" + LargeDatabase.repository(n) + "/blobs/"
                + digest("select bench_digest(bench_blob(" + n + ", 9))")));
        paths.put("referrers", n -> {
            long subject = n - n % 50 + 2;
            return Request.get("/v2/" + LargeDatabase.repository(subject - 1) + "/referrers/"
                    + digest("select digest from manifest where id = " + subject));
        });
        paths.put("cache entry", n -> {
            long entry = n - n % 10 + 1;
            return Request.head(RegistryClient.cachePath(LargeDatabase.repository(entry), "entries/sha256:"
                    + HexFormat.of().formatHex(Blob.sha256().digest(("step" + entry).getBytes(StandardCharsets.UTF_8)))));
        });
        paths.put("manifest PUT under a new tag", n -> Request.of("PUT",
                        RegistryClient.manifestPath(LargeDatabase.repository(n), "pushed-" + n))
                .with("Content-Type", RegistryClient.MANIFEST_TYPE)
                .withBody(jdbc.queryForObject("select content from manifest_content where manifest_id = " + (n + 1), byte[].class)));
        paths.put("start of an upload",
                n -> Request.of("POST", "/v2/" + LargeDatabase.repository(n) + "/blobs/uploads/").with("Content-Length", 0));
        paths.put("deletion of a tag", n -> Request.delete(RegistryClient.manifestPath(LargeDatabase.repository(n), "v" + n)));
        paths.put("deletion of a manifest", n -> Request.delete(RegistryClient.manifestPath(LargeDatabase.repository(n),
                digest("select digest from manifest where id = " + (n + 1)))));
        paths.put("savings", _ -> Request.get("/api/savings"));
        paths.put("savings, repositories", _ -> Request.get("/api/savings/repositories?sort=freed"));
        paths.put("savings, tags of the large repository",
                _ -> Request.get("/api/savings/repositories/" + LargeDatabase.LARGE + "/tags?sort=unique"));
        paths.put("savings, layers", _ -> Request.get("/api/savings/layers"));
        paths.put("savings, bases", _ -> Request.get("/api/savings/bases"));
        paths.put("upkeep, overview", _ -> Request.get("/api/upkeep"));
        paths.put("upkeep, what can be taken back", _ -> Request.get("/api/upkeep/waiting?n=100"));
        paths.put("history of a repository", _ -> Request.get("/api/repositories/" + LargeDatabase.LARGE + "/history?n=100"));
        return paths;
    }

    private static Request manifest(long number, String reference) {
        return Request.get(RegistryClient.manifestPath(LargeDatabase.repository(number), reference))
                .with("Accept", RegistryClient.MANIFEST_TYPE);
    }

    private String digest(String sql) {
        return "sha256:" + HexFormat.of().formatHex(jdbc.queryForObject(sql, byte[].class));
    }

    /** Asks; returns the status of the last answer. */
    int ask(InetSocketAddress server, LongFunction<Request> path) throws IOException {
        int status = 0;
        try (Connection connection = new Connection(server)) {
            for (int i = 0; i < TIMES; i++) {
                Answer answer = connection.exchange(path.apply(random.nextLong(manifests)));
                connection.drain(answer);
                status = answer.status();
            }
        }
        return status;
    }
}
