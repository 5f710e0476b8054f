package dev.strata.upkeep.retention.rules;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.database.columns.ColumnText;
import dev.strata.database.columns.ColumnTime;
import dev.strata.database.durability.Durability;
import dev.strata.database.replay.Redo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Rules in the database, and which of them somebody saw at work. Changes are durable when they are made. */
@Component
class RuleTable implements Redo {

    private static final int NAME_WIDTH = 600;

    private final JdbcTemplate jdbc;
    private final Durability durability;
    private final TransactionTemplate transactions;

    RuleTable(JdbcTemplate jdbc, Durability durability, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.durability = durability;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("change a rule of retention");
    }

    List<StoredRule> all() {
        return jdbc.query(
                "select name, definition, changed_at, changed_by from retention_rule order by name",
                (row, n) -> new StoredRule(row.getString(1), row.getString(2), ColumnTime.read(row, 3), row.getString(4)));
    }

    Optional<Seen> seen(String key) {
        return jdbc
                .query(
                        "select seen_at, seen_by from retention_seen where rule_key = ?",
                        (row, n) -> new Seen(ColumnTime.read(row, 1), row.getString(2)),
                        key)
                .stream()
                .findFirst();
    }

    void make(RuleChange change) {
        transactions.executeWithoutResult(status -> {
            apply(change);
            durability.append(RuleChange.FEATURE, change.toBytes());
        });
    }

    @Override
    public char feature() {
        return RuleChange.FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        transactions.executeWithoutResult(status -> apply(RuleChange.ofBytes(change)));
    }

    private void apply(RuleChange change) {
        switch (change) {
            case RuleChange.Written(StoredRule rule) -> write(rule);
            case RuleChange.Removed(String name) -> jdbc.update("delete from retention_rule where name = ?", name);
            case RuleChange.Seen(String key, Instant at, String by) -> {
                if (seen(key).isEmpty()) {
                    jdbc.update(
                            "insert into retention_seen (rule_key, seen_at, seen_by) values (?, ?, ?) on conflict do nothing",
                            key,
                            at(at),
                            ColumnText.of(by, NAME_WIDTH));
                }
            }
        }
    }

    private void write(StoredRule rule) {
        Object[] values = {
            rule.definition(), at(rule.changedAt()), ColumnText.of(rule.changedBy(), NAME_WIDTH), rule.name()
        };
        int updated = jdbc.update(
                "update retention_rule set definition = ?, changed_at = ?, changed_by = ? where name = ?", values);
        if (updated == 0) {
            jdbc.update(
                    "insert into retention_rule (definition, changed_at, changed_by, name) values (?, ?, ?, ?)"
                            + " on conflict do nothing",
                    values);
        }
    }
}
