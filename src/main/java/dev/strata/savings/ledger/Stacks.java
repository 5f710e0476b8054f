package dev.strata.savings.ledger;

import dev.strata.oci.Digest;
import dev.strata.savings.counted.Stack;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

@Component
public class Stacks implements RowCache.Table<Digest, Stack> {

    public static final String COLUMNS = "s.id, s.parent_id, s.stack, s.digest, s.size, s.depth, s.images, s.ends, s.children,"
            + " s.children_size, s.created_by";

    public static final RowMapper<Stack> ROW = (row, number) -> read(row);

    private final JdbcTemplate jdbc;

    public Stacks(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Digest, Stack> find(Collection<Digest> stacks) {
        Map<Digest, Stack> found = new HashMap<>();
        jdbc.query(
                "select " + COLUMNS + " from savings_stack s where s.stack = any(?)",
                row -> {
                    Stack stack = read(row);
                    found.put(stack.stack(), stack);
                },
                SqlArrays.arrayOfDigests(stacks));
        return found;
    }

    public boolean exists(Digest stack) {
        return !jdbc.queryForList("select id from savings_stack where stack = ?", Long.class, (Object) stack.bytes())
                .isEmpty();
    }

    public static Stack read(ResultSet row) throws SQLException {
        return new Stack(
                row.getLong(1),
                row.getLong(2),
                Digest.ofBytes(row.getBytes(3)),
                Digest.ofBytes(row.getBytes(4)),
                row.getLong(5),
                row.getInt(6),
                row.getInt(7),
                row.getInt(8),
                row.getInt(9),
                row.getLong(10),
                Optional.ofNullable(row.getString(11)));
    }

    @Override
    public void insert(List<Stack> rows) {
        jdbc.batchUpdate(
                "insert into savings_stack (parent_id, digest, size, depth, images, ends, children, children_size, saved,"
                        + " created_by, id, stack) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows.stream().map(Stacks::values).toList());
    }

    @Override
    public void update(List<Stack> rows) {
        jdbc.batchUpdate(
                "update savings_stack set parent_id = ?, digest = ?, size = ?, depth = ?, images = ?, ends = ?,"
                        + " children = ?, children_size = ?, saved = ?, created_by = ?, id = ? where stack = ?",
                rows.stream().map(Stacks::values).toList());
    }

    private static Object[] values(Stack row) {
        return new Object[] {
            row.parentId(),
            row.digest().bytes(),
            row.size(),
            row.depth(),
            row.images(),
            row.ends(),
            row.children(),
            row.childrenSize(),
            row.saved(),
            row.createdBy().orElse(null),
            row.id(),
            row.stack().bytes()
        };
    }

    @Override
    public void delete(List<Digest> stacks) {
        jdbc.batchUpdate(
                "delete from savings_stack where stack = ?",
                stacks.stream().map(stack -> new Object[] {stack.bytes()}).toList());
    }
}
