package dev.strata.upkeep.scrub;

import dev.strata.database.columns.ColumnCode;
import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.upkeep.scrub.Damage.Kind;
import dev.strata.upkeep.scrub.Damage.What;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The statements on what is damaged. */
@Component
class DamageTable {

    private static final int BATCH = 100;

    private final JdbcClient jdbc;

    DamageTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Says whether it was not known. */
    @Transactional
    public boolean note(Damage damage) {
        boolean isKnown = jdbc.sql("update damage set kind = ? where digest = ?")
                        .params(damage.kind().column(), damage.digest().bytes())
                        .update()
                > 0;
        return !isKnown
                && jdbc.sql("insert into damage (digest, what, kind, size, found_at) values (?, ?, ?, ?, ?) on conflict do nothing")
                                .params(
                                        damage.digest().bytes(),
                                        damage.what().column(),
                                        damage.kind().column(),
                                        damage.size(),
                                        ColumnTime.at(damage.found()))
                                .update()
                        > 0;
    }

    /** Says whether it was known. */
    @Transactional
    public boolean heal(Digest digest) {
        return jdbc.sql("delete from damage where digest = ?").param(digest.bytes()).update() > 0;
    }

    /** What nothing names any more needs no healing. Says how many that were. */
    @Transactional
    public int forgetUnknown() {
        return jdbc.sql("delete from damage where digest in (select d.digest from damage d where"
                        + " d.what = 'B' and not exists (select 1 from blob b where b.digest = d.digest)"
                        + " or d.what = 'M' and not exists (select 1 from manifest m where m.digest = d.digest)"
                        + " order by d.digest fetch first ? rows only)")
                .param(BATCH)
                .update();
    }

    /** Some of it behind a digest, in the order of digests. */
    List<Damage> list(byte[] after, int limit) {
        return jdbc.sql("select digest, what, kind, size, found_at from damage where digest > ?"
                        + " order by digest fetch first ? rows only")
                .params(after, limit)
                .query((row, number) -> new Damage(
                        Digest.ofBytes(row.getBytes(1)),
                        ColumnCode.of(What.class, row.getString(2)),
                        ColumnCode.of(Kind.class, row.getString(3)),
                        row.getLong(4),
                        ColumnTime.read(row, 5)))
                .list();
    }

    long count() {
        return jdbc.sql("select count(*) from damage").query(Long.class).single();
    }

    /** The names of some repositories that have what is damaged. */
    List<String> someRepositories(Damage damage) {
        String ids = switch (damage.what()) {
            case BLOB -> "select l.repository_id from blob_link l"
                    + " where l.blob_id = (select b.id from blob b where b.digest = ?)"
                    + " order by l.blob_id, l.repository_id fetch first 10 rows only";
            case MANIFEST -> "select l.repository_id from manifest_link l"
                    + " where l.manifest_id = (select m.id from manifest m where m.digest = ?)"
                    + " order by l.manifest_id, l.repository_id fetch first 10 rows only";
        };
        return jdbc.sql("select r.name from repository r where r.id in (" + ids + ") order by r.name")
                .param(damage.digest().bytes())
                .query(String.class)
                .list();
    }
}
