package dev.strata.bench;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Fills the tables of a PostgreSQL with a large registry, by statements and without any blob's bytes. Every tenth image is
 * in one large repository, the others in repositories of a thousand; each has its configuration and a layer to itself,
 * three layers of its repository and five of one of twenty bases. The manifests are whole, under their digests.
 *
 * @param manifests how many; each has ten references
 */
record LargeDatabase(long manifests) {

    static final String LARGE = "bench/large";
    private static final int A_STATEMENT = 200_000;

    private static final String FUNCTIONS = """
            create or replace function bench_repository(n bigint) returns bigint immutable language sql
              return case when n %% 10 = 0 then 1 else 2 + n / 1000 end;
            create or replace function bench_digest(blob bigint) returns bytea immutable language sql
              return sha256(('blob' || blob)::bytea);
            create or replace function bench_size(blob bigint) returns bigint immutable language sql
              return case when blob <= 100 then 30000000 when blob <= %1$d then 5000000
                when (blob - %1$d) %% 2 = 1 then 3000 + blob %% 2000 else 100000 + (blob * 7919) %% 3000000 end;
            create or replace function bench_blob(n bigint, place bigint) returns bigint immutable language sql
              return case when place = 0 then %1$d + 2 * n + 1
                when place <= 5 then bench_repository(n) %% 20 * 5 + place
                when place <= 8 then 100 + bench_repository(n) * 3 + place - 6
                else %1$d + 2 * n + 2 end;
            create or replace function bench_descriptor(n bigint, place bigint) returns text immutable language sql
              return '{"mediaType":"application/vnd.oci.image.' || case place when 0 then 'config.v1+json'
                else 'layer.v1.tar+gzip' end || '","digest":"sha256:' || encode(bench_digest(bench_blob(n, place)), 'hex')
                || '","size":' || bench_size(bench_blob(n, place)) || '}';
            """;

    private static final String PUSHED = "now() - interval '1 year' * (1 - n::float / %d)";

    /** Below these, blobs are shared. */
    private long shared() {
        return 100 + 3 * (repositories() + 1);
    }

    private long repositories() {
        return 1 + (manifests + 999) / 1000;
    }

    /** Where a repository with a number of its own is not the large one. */
    static String repository(long manifest) {
        return manifest % 10 == 0 ? LARGE : "bench/team-" + (2 + manifest / 1000) % 97 + "/service-" + (2 + manifest / 1000);
    }

    /** On one connection, as a user who may switch off what checks each row. */
    void fill(JdbcTemplate jdbc) {
        jdbc.execute("set session_replication_role = replica");
        jdbc.execute("set synchronous_commit = off");
        jdbc.execute("set maintenance_work_mem = '512MB'");
        List<String> indexes = jdbc.queryForList("""
                select indexdef from pg_indexes i where schemaname = 'public' and not exists
                  (select 1 from pg_constraint c where c.conname = i.indexname)""", String.class);
        jdbc.queryForList("""
                select 'drop index ' || indexname from pg_indexes i where schemaname = 'public' and not exists
                  (select 1 from pg_constraint c where c.conname = i.indexname)""", String.class).forEach(jdbc::execute);
        jdbc.execute(FUNCTIONS.formatted(shared()));
        jdbc.execute("""
                insert into repository (id, name)
                select n, case n when 1 then '%s' else 'bench/team-' || n %% 97 || '/service-' || n end
                from generate_series(1, %d) n""".formatted(LARGE, repositories()));
        sharedBlobs(jdbc);
        for (long from = 0; from < manifests; from += A_STATEMENT) {
            String numbers = "generate_series(%d, %d) n".formatted(from, Math.min(manifests, from + A_STATEMENT) - 1);
            images(jdbc, numbers);
            cache(jdbc, numbers);
            upkeep(jdbc, numbers);
            savings(jdbc, numbers);
        }
        indexes.forEach(jdbc::execute);
        for (String table : List.of("repository", "blob", "manifest", "cache_entry", "blob_review", "bin_item", "tag_history")) {
            jdbc.queryForList("select setval(pg_get_serial_sequence('%s', 'id'), (select max(id) from %s))".formatted(table, table));
        }
        jdbc.execute("vacuum analyze");
    }

    private void sharedBlobs(JdbcTemplate jdbc) {
        jdbc.execute("""
                insert into blob (id, digest, size, location, stored_at)
                select n, bench_digest(n), bench_size(n), 'sha256/' || encode(bench_digest(n), 'hex'), now()
                from generate_series(1, %d) n""".formatted(shared()));
        String links = """
                from (select r, r %% 20 * 5 + p as blob from generate_series(1, %1$d) r, generate_series(1, 5) p
                  union all select r, 100 + r * 3 + p from generate_series(1, %1$d) r, generate_series(0, 2) p) links"""
                .formatted(repositories());
        jdbc.execute("insert into blob_link (repository_id, blob_id, promised_at) select r, blob, now() " + links);
        jdbc.execute("insert into savings_holding (repository_id, object_id, images, linked, uploaded)"
                + " select r, 2 * blob, 1000, true, false " + links);
        jdbc.execute("insert into savings_object (id, size, links, images, repositories, image_sum, repository_sum)"
                + " select 2 * n, bench_size(n), case when n <= 100 then 50 else 1 end, 1000, 1, 1, 1"
                + " from generate_series(1, %d) n".formatted(shared()));
        jdbc.execute("""
                insert into savings_repository
                  (id, name, images, tags, as_if_unshared, full_size, unique_size, shared_size)
                select id, name, 1000, 1300, id * 1000, id * 900, id * 100, id * 800 from repository""");
    }

    private void images(JdbcTemplate jdbc, String numbers) {
        jdbc.execute("""
                insert into blob (id, digest, size, location, stored_at)
                select b, bench_digest(b), bench_size(b), 'sha256/' || encode(bench_digest(b), 'hex'), now()
                from (select bench_blob(n, p) as b from %s, unnest(array[0, 9]) p) made""".formatted(numbers));
        jdbc.execute("""
                insert into blob_link (repository_id, blob_id, promised_at)
                select bench_repository(n), bench_blob(n, p), now() from %s, unnest(array[0, 9]) p""".formatted(numbers));
        jdbc.execute("""
                insert into manifest_content (manifest_id, content)
                select n + 1, convert_to('{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":'
                  || bench_descriptor(n, 0) || ',"layers":[' || (select string_agg(bench_descriptor(n, p), ',' order by p)
                  from generate_series(1, 9) p) || ']}', 'UTF8') from %s""".formatted(numbers));
        jdbc.execute("""
                insert into manifest (id, digest, size, stored_at)
                select manifest_id, sha256(content), length(content), now()
                from manifest_content, %s where manifest_id = n + 1""".formatted(numbers));
        jdbc.execute("""
                insert into manifest_reference (manifest_id, position, kind, digest, size)
                select n + 1, p, 'B', bench_digest(bench_blob(n, p)), bench_size(bench_blob(n, p))
                from %s, generate_series(0, 9) p""".formatted(numbers));
        jdbc.execute(("""
                insert into manifest_link (repository_id, manifest_id, media_type, artifact_type, subject, pushed_at, touched_at)
                select bench_repository(n), n + 1, 'application/vnd.oci.image.manifest.v1+json',
                  'application/vnd.oci.image.config.v1+json', s.digest, %1$s, %1$s
                from %2$s left join manifest s on n %% 50 = 2 and s.id = n""").formatted(PUSHED.formatted(manifests), numbers));
        jdbc.execute("""
                insert into tag (repository_id, name, manifest_id, updated_at)
                select bench_repository(n), 'v' || n, n + 1, %1$s from %2$s
                union all select bench_repository(n), 'stable-' || n, n + 1, %1$s from %2$s where n %% 3 = 0"""
                .formatted(PUSHED.formatted(manifests), numbers));
    }

    private static void cache(JdbcTemplate jdbc, String numbers) {
        jdbc.execute("""
                insert into cache_entry (repository_id, step_key, scope, state, source, parent, operation, instruction, blob_id,
                  media_type, diff_id, chain_id, exec_ms, builder, created_at, used_at, namespace)
                select bench_repository(n), sha256(('step' || n)::bytea), 'main', 'V', 'R', sha256(('parent' || n / 100)::bytea),
                  'run', sha256(('said' || n %% 1000)::bytea), bench_blob(n, 9), 'application/vnd.oci.image.layer.v1.tar+gzip',
                  sha256(('diff' || n)::bytea), sha256(('chain' || n)::bytea), 1500, 'bench', now(), now(), 'bench'
                from %s where n %% 10 = 1""".formatted(numbers));
        jdbc.execute("""
                insert into cache_step (entry_id, step) select id, convert_to(repeat('{"op":"run"}', 40), 'UTF8')
                from cache_entry where id > (select coalesce(max(entry_id), 0) from cache_step)""");
        jdbc.execute("""
                insert into cache_base (repository_id, chain_id, config)
                select bench_repository(n), sha256(('chain' || n)::bytea), bench_digest(bench_blob(n, 0)) from %s"""
                .formatted(numbers));
    }

    /** What waits for its time; some of it is due. */
    private static void upkeep(JdbcTemplate jdbc, String numbers) {
        jdbc.execute("""
                insert into blob_review (kind, repository_id, blob_id, due_at)
                select 'L', bench_repository(n), bench_blob(n, 9), now() + interval '1 day' * (n %% 7) - interval '1 second'
                from %s where n %% 10 = 1""".formatted(numbers));
        jdbc.execute("""
                insert into bin_item (kind, repository_id, object_id, deletion, deleted_at, deleted_by, goes_at)
                select 'B', bench_repository(n), bench_blob(n, 0), md5('deletion' || n / 100)::uuid::text, now(), '', now() + interval '7 days'
                from %s where n %% 50 = 3""".formatted(numbers));
        jdbc.execute("""
                insert into tag_history
                  (repository_id, name, digest, set_at, ended_at, ended_by, how, deletion, goes_at)
                select bench_repository(n), 'v' || n, bench_digest(n), now(), now(), '', 'M', '', now() + interval '7 days'
                from %s where n %% 10 = 4""".formatted(numbers));
        jdbc.execute("""
                insert into manifest_use (repository_id, manifest_id, pulled_at)
                select bench_repository(n), n + 1, now() from %s where n %% 2 = 0""".formatted(numbers));
    }

    private static void savings(JdbcTemplate jdbc, String numbers) {
        jdbc.execute("""
                insert into savings_object (id, size, links, images, repositories, image_sum, repository_sum)
                select 2 * bench_blob(n, p), bench_size(bench_blob(n, p)), 1, 1, 1, n + 1, bench_repository(n)
                from %1$s, unnest(array[0, 9]) p
                union all select 2 * n + 3, 1400, 1, 1, 1, n + 1, bench_repository(n) from %1$s""".formatted(numbers));
        jdbc.execute("""
                insert into savings_holding (repository_id, object_id, images, linked, uploaded)
                select bench_repository(n), 2 * bench_blob(n, p), 1, true, false from %1$s, unnest(array[0, 9]) p
                union all select bench_repository(n), 2 * n + 3, 1, true, false from %1$s""".formatted(numbers));
        jdbc.execute("""
                insert into savings_image (repository_id, manifest_id, number, form, tags, parents, tagged, full_size,
                  unique_size, shared_size, freed, stack_id)
                select bench_repository(n), n + 1, n + 1, 'I', 1, 0, true, 165000000 + n, 100000 + n %% 3000000,
                  165000000, 100000 + n %% 3000000, n + 1 from %s""".formatted(numbers));
        jdbc.execute("""
                insert into savings_part (repository_id, object_id, image_number)
                select bench_repository(n), 2 * bench_blob(n, p), n + 1 from %1$s, generate_series(0, 9) p
                union all select bench_repository(n), 2 * n + 3, n + 1 from %1$s""".formatted(numbers));
        jdbc.execute("""
                insert into savings_stack (id, parent_id, stack, digest, size, depth, images, ends, children, children_size,
                  saved)
                select n + 1, n / 1000 * 1000, sha256(('chain' || n)::bytea), bench_digest(bench_blob(n, 9)), 100000, 9, 1, 1,
                  0, 0, n %% 1000 * 100000 from %s""".formatted(numbers));
    }
}
