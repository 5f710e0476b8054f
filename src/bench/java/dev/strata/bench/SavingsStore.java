package dev.strata.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Makes a data directory whose database knows a large registry, without any blob's file: what the figures of sharing
 * are counted from. Images stand on few bases, each repository adds layers that its images share, and each image one of
 * its own; every third image has two tags, and every tenth is in a second repository too.
 *
 * @param images how many image manifests; each has ten references
 */
record SavingsStore(long images) {

    private static final int IMAGES_A_REPOSITORY = 1_000;
    private static final int BASES = 20;
    private static final int BASE_LAYERS = 5;
    private static final int REPOSITORY_LAYERS = 3;
    /** How many images one statement makes: a transaction of the embedded database lies in memory. */
    private static final int IMAGES_A_STATEMENT = 20_000;

    private long repositories() {
        return Math.max(1, images / IMAGES_A_REPOSITORY);
    }

    /** Makes it, and returns how long the figures took that are counted from it. */
    Duration make(Path data) {
        return FilledDatabase.fill(data, this::insert);
    }

    private void insert(JdbcTemplate jdbc) {
        jdbc.update("insert into repository (name) select 'bench/team-' || mod(n, 97) || '/service-' || n"
                + " from system_range(1, ?) as numbers(n)", repositories());
        blobs(jdbc, "base", (long) BASES * BASE_LAYERS, 30_000_000);
        blobs(jdbc, "repository", repositories() * REPOSITORY_LAYERS, 5_000_000);
        for (long from = 0; from < images; from += IMAGES_A_STATEMENT) {
            images(jdbc, from, Math.min(images, from + IMAGES_A_STATEMENT) - 1);
            jdbc.execute("checkpoint");
        }
    }

    private static void blobs(JdbcTemplate jdbc, String kind, long count, long size) {
        jdbc.update("insert into blob (digest, size, location, stored_at)"
                + " select hash('SHA256', '" + kind + "' || n), " + size + " + mod(n * 7919, " + size + "), 'none', now()"
                + " from system_range(0, ?) as numbers(n)", count - 1);
        jdbc.update("insert into savings_change (kind, repository_id, subject_id, size, stored, linked, way)"
                + " select 'B', 0, id, size, true, false, '-' from blob where location = 'none' order by id");
        jdbc.update("update blob set location = '-' where location = 'none'");
    }

    /** Each statement names the image by its number n; its repository is the one of number n / 1000 + 1. */
    private void images(JdbcTemplate jdbc, long first, long last) {
        for (String kind : List.of("config", "layer")) {
            String size = kind.equals("config") ? "3000 + mod(n, 2000)" : "100000 + mod(n * 7919, 3000000)";
            jdbc.update("insert into blob (digest, size, location, stored_at) select hash('SHA256', '" + kind + "' || n), "
                    + size + ", '-', now() from system_range(?, ?) as numbers(n)", first, last);
        }
        jdbc.update("insert into manifest (digest, size, stored_at) select hash('SHA256', 'manifest' || n), 2200, now()"
                + " from system_range(?, ?) as numbers(n)", first, last);
        reference(jdbc, first, last, 0, "'config' || n", "3000 + mod(n, 2000)");
        for (int layer = 0; layer < BASE_LAYERS; layer++) {
            reference(jdbc, first, last, 1 + layer,
                    "'base' || (mod(" + REPOSITORY + ", " + BASES + ") * " + BASE_LAYERS + " + " + layer + ")", "30000000");
        }
        for (int layer = 0; layer < REPOSITORY_LAYERS; layer++) {
            reference(jdbc, first, last, 1 + BASE_LAYERS + layer,
                    "'repository' || (" + REPOSITORY + " * " + REPOSITORY_LAYERS + " + " + layer + ")", "5000000");
        }
        reference(jdbc, first, last, 1 + BASE_LAYERS + REPOSITORY_LAYERS, "'layer' || n", "100000");
        link(jdbc, first, last, REPOSITORY, "true");
        link(jdbc, first, last, OTHER_REPOSITORY.replace("#", String.valueOf(repositories())), "mod(n, 10) = 0");
        tag(jdbc, first, last, "'v' || n", "true");
        tag(jdbc, first, last, "'stable-' || n", "mod(n, 3) = 0");
    }

    private static final String REPOSITORY = "(n / " + IMAGES_A_REPOSITORY + ")";
    private static final String OTHER_REPOSITORY = "mod(n / " + IMAGES_A_REPOSITORY + " + 1, #)";

    private static void reference(JdbcTemplate jdbc, long first, long last, int position, String name, String size) {
        jdbc.update("insert into manifest_reference (manifest_id, position, kind, digest, size)"
                + " select (select m.id from manifest m where m.digest = hash('SHA256', 'manifest' || n)), " + position
                + ", 'B', hash('SHA256', " + name + "), " + size + " from system_range(?, ?) as numbers(n)", first, last);
    }

    private static void link(JdbcTemplate jdbc, long first, long last, String repository, String condition) {
        String repositoryId = "(select min(id) from repository) + " + repository;
        String manifestId = "(select m.id from manifest m where m.digest = hash('SHA256', 'manifest' || n))";
        String range = " from system_range(?, ?) as numbers(n) where " + condition;
        String blobs = " from (select " + repositoryId + " as repository_id, f.digest as digest from"
                + " system_range(?, ?) as numbers(n) join manifest m on m.digest = hash('SHA256', 'manifest' || n)"
                + " join manifest_reference f on f.manifest_id = m.id where " + condition + ") named"
                + " join blob b on b.digest = named.digest";
        jdbc.execute("drop table if exists bench_link");
        jdbc.update("create table bench_link as select distinct named.repository_id, b.id as blob_id, b.size" + blobs,
                first, last);
        jdbc.update("delete from bench_link x where exists (select 1 from blob_link l"
                + " where l.repository_id = x.repository_id and l.blob_id = x.blob_id)");
        jdbc.update("insert into savings_change (kind, repository_id, subject_id, size, stored, linked, way)"
                + " select 'B', x.repository_id, x.blob_id, x.size, not exists (select 1 from savings_object o"
                + " where o.id = 2 * x.blob_id) and not exists (select 1 from blob_link l where l.blob_id = x.blob_id)"
                + " and x.size < 4000000, true, 'U' from bench_link x order by x.blob_id");
        jdbc.update("insert into blob_link (repository_id, blob_id, promised_at)"
                + " select repository_id, blob_id, now() from bench_link");
        jdbc.update("insert into manifest_link (repository_id, manifest_id, media_type, artifact_type, pushed_at)"
                + " select " + repositoryId + ", " + manifestId + ", 'application/vnd.oci.image.manifest.v1+json',"
                + " 'application/vnd.oci.image.config.v1+json', now()" + range + " on conflict do nothing", first, last);
        jdbc.update("insert into savings_change (kind, repository_id, subject_id, size, stored, linked, way, form)"
                + " select 'M', " + repositoryId + ", " + manifestId + ", 2200, "
                + (condition.equals("true") ? "true" : "false") + ", true, 'U', 'I'" + range, first, last);
    }

    private static void tag(JdbcTemplate jdbc, long first, long last, String name, String condition) {
        String repositoryId = "(select min(id) from repository) + " + REPOSITORY;
        String manifestId = "(select m.id from manifest m where m.digest = hash('SHA256', 'manifest' || n))";
        String range = " from system_range(?, ?) as numbers(n) where " + condition;
        jdbc.update("insert into tag (repository_id, name, manifest_id, updated_at) select " + repositoryId + ", " + name
                + ", " + manifestId + ", now()" + range, first, last);
        jdbc.update("insert into savings_change (kind, repository_id, subject_id, size, stored, linked, way)"
                + " select 'T', " + repositoryId + ", " + manifestId + ", 0, false, false, '-'" + range, first, last);
    }
}
