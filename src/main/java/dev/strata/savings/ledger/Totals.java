package dev.strata.savings.ledger;

import dev.strata.savings.counted.Total;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

@Component
public class Totals implements RowCache.Table<Total, Totals.Row> {

    record Row(Total total, long amount) {}

    private final JdbcTemplate jdbc;

    public Totals(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** All of them; those that were never counted are 0. */
    public Map<Total, Long> read() {
        Map<Total, Long> totals = new EnumMap<>(Total.class);
        for (Total total : Total.values()) {
            totals.put(total, 0L);
        }
        jdbc.query("select name, amount from savings_total", row -> {
            totals.put(Total.valueOf(row.getString(1)), row.getLong(2));
        });
        return totals;
    }

    /** Reads them all: they are few. */
    @Override
    public Map<Total, Row> find(Collection<Total> totals) {
        Map<Total, Row> found = new EnumMap<>(Total.class);
        jdbc.query("select name, amount from savings_total", row -> {
            Total total = Total.valueOf(row.getString(1));
            found.put(total, new Row(total, row.getLong(2)));
        });
        return found;
    }

    @Override
    public void insert(List<Row> rows) {
        jdbc.batchUpdate("insert into savings_total (amount, name) values (?, ?)", values(rows));
    }

    @Override
    public void update(List<Row> rows) {
        jdbc.batchUpdate("update savings_total set amount = ? where name = ?", values(rows));
    }

    private static List<Object[]> values(List<Row> rows) {
        return rows.stream()
                .map(row -> new Object[] {row.amount(), row.total().name()})
                .toList();
    }

    @Override
    public void delete(List<Total> totals) {
        jdbc.batchUpdate(
                "delete from savings_total where name = ?",
                totals.stream().map(total -> new Object[] {total.name()}).toList());
    }
}
