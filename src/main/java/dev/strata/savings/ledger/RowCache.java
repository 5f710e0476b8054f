package dev.strata.savings.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rows of a table that a batch of changes reads and writes: each is read once, and written once at its end. */
final class RowCache<K, R> {

    /** How they lie in the database. */
    interface Table<K, R> {

        /** Reads those rows that are there. */
        Map<K, R> find(Collection<K> keys);

        void insert(List<R> rows);

        void update(List<R> rows);

        void delete(List<K> keys);
    }

    private final Table<K, R> table;
    private final Map<K, Optional<R>> stored = new HashMap<>();
    private final Map<K, Optional<R>> current = new LinkedHashMap<>();

    RowCache(Table<K, R> table) {
        this.table = table;
    }

    Optional<R> find(K key) {
        load(List.of(key));
        return Objects.requireNonNull(current.get(key));
    }

    /** Reads rows at once that will be asked for. */
    void load(Collection<K> keys) {
        Set<K> unknown = keys.stream().filter(key -> !current.containsKey(key)).collect(Collectors.toSet());
        if (unknown.isEmpty()) {
            return;
        }
        Map<K, R> found = table.find(unknown);
        for (K key : unknown) {
            Optional<R> row = Optional.ofNullable(found.get(key));
            stored.put(key, row);
            current.put(key, row);
        }
    }

    void put(K key, R row) {
        load(List.of(key));
        current.put(key, Optional.of(row));
    }

    void remove(K key) {
        load(List.of(key));
        current.put(key, Optional.empty());
    }

    /** Writes what has changed since it was read. */
    void write() {
        List<R> inserts = new ArrayList<>();
        List<R> updates = new ArrayList<>();
        List<K> deletes = new ArrayList<>();
        current.forEach((key, now) -> {
            Optional<R> before = Objects.requireNonNull(stored.get(key));
            if (before.equals(now)) {
                return;
            }
            if (now.isEmpty()) {
                deletes.add(key);
            } else if (before.isEmpty()) {
                inserts.add(now.get());
            } else {
                updates.add(now.get());
            }
        });
        if (!deletes.isEmpty()) {
            table.delete(deletes);
        }
        if (!inserts.isEmpty()) {
            table.insert(inserts);
        }
        if (!updates.isEmpty()) {
            table.update(updates);
        }
        stored.putAll(current);
    }
}
