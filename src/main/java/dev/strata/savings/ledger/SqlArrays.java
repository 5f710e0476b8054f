package dev.strata.savings.ledger;

import dev.strata.oci.Digest;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.support.SqlArrayValue;

/** Parameters of statements about many rows: {@code = any(?)} is one statement, however many there are. */
public final class SqlArrays {

    private SqlArrays() {}

    public static SqlArrayValue array(Collection<Long> ids) {
        return new SqlArrayValue("bigint", ids.toArray());
    }

    public static SqlArrayValue arrayOfDigests(Collection<Digest> digests) {
        Object[] values = digests.stream().map(Digest::bytes).toArray(byte[][]::new);
        return new SqlArrayValue("bytea", values);
    }

    /** For a batch, each alone. */
    public static List<Object[]> each(List<Long> ids) {
        return ids.stream().map(id -> new Object[] {id}).toList();
    }
}
