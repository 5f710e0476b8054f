package dev.strata.upkeep.migration;

import java.util.List;

/**
 * A table as the database describes it.
 *
 * @param columns in the order in which they were made
 * @param identities those of them that number new rows
 * @param isWide whether a row may have megabytes
 */
record Table(String name, List<String> columns, List<String> identities, boolean isWide) {

    String select() {
        return "select " + String.join(", ", columns) + " from " + name;
    }

    String insert() {
        return "insert into " + name + " (" + String.join(", ", columns) + ") values ("
                + String.join(", ", columns.stream().map(column -> "?").toList()) + ")";
    }
}
