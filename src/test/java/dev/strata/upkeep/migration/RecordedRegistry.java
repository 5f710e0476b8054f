package dev.strata.upkeep.migration;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that a small registry had, as a version of Strata left it: its rows, its blobs and what they come to. It is a text with
 * a JSON object in each line, which goes into either database.
 */
record RecordedRegistry(List<JsonNode> lines) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HexFormat HEX = HexFormat.of();

    static RecordedRegistry read(Path file) throws IOException {
        return new RecordedRegistry(
                Files.readAllLines(file).stream().map(JSON::readTree).toList());
    }

    /**
     * Writes what a registry has.
     *
     * @param images by what they are pulled with
     */
    static void write(Path file, Connection rows, Path blobs, Map<String, Digest> images) throws IOException, SQLException {
        List<JsonNode> lines = new ArrayList<>();
        lines.add(JSON.createObjectNode().put("recorded", OffsetDateTime.now().toString()));
        images.forEach((image, digest) ->
                lines.add(JSON.createObjectNode().put("image", image).put("digest", digest.toString())));
        try (Statement statement = rows.createStatement();
                ResultSet made = statement.executeQuery(
                        "select version, checksum from flyway_schema_history where version is not null order by installed_rank")) {
            while (made.next()) {
                lines.add(JSON.createObjectNode().put("migration", made.getInt(1)).put("checksum", made.getInt(2)));
            }
        }
        try (Stream<Path> files = Files.walk(blobs)) {
            for (Path blob : files.filter(Files::isRegularFile).sorted().toList()) {
                lines.add(JSON.createObjectNode().put("blob", HEX.formatHex(Files.readAllBytes(blob))));
            }
        }
        for (Table table : Schema.of(rows).moving()) {
            addRows(lines, table, rows);
        }
        Files.write(file, lines.stream().map(JsonNode::toString).toList());
    }

    private static void addRows(List<JsonNode> lines, Table table, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(table.select())) {
            while (rows.next()) {
                ObjectNode values = JSON.createObjectNode();
                for (String column : table.columns()) {
                    Object value = rows.getObject(column);
                    switch (value) {
                        case null -> {}
                        case byte[] bytes -> values.putObject(column).put("hex", HEX.formatHex(bytes));
                        case Timestamp _ -> values.putObject(column)
                                .put("time", rows.getObject(column, OffsetDateTime.class).toString());
                        case Boolean truth -> values.put(column, truth);
                        case Number number -> values.put(column, number.longValue());
                        default -> values.put(column, value.toString());
                    }
                }
                ObjectNode line = JSON.createObjectNode().put("table", table.name());
                line.set("row", values);
                lines.add(line);
            }
        }
    }

    private Stream<JsonNode> lines(String kind) {
        return lines.stream().filter(line -> line.has(kind));
    }

    /** The last migration that it had. */
    int version() {
        return lines("migration").mapToInt(line -> line.get("migration").intValue()).max().orElseThrow();
    }

    /** The checksum of each migration that it had. */
    Map<Integer, Integer> checksums() {
        return lines("migration").collect(Collectors.toMap(
                line -> line.get("migration").intValue(), line -> line.get("checksum").intValue()));
    }

    /** A repository, its tag and the manifest that it pointed at. */
    record Image(String repository, String tag, Digest digest) {}

    List<Image> images() {
        return lines("image")
                .map(line -> {
                    String[] name = line.get("image").asString().split(":");
                    return new Image(name[0], name[1], Digest.of(line.get("digest").asString()));
                })
                .toList();
    }

    /**
     * Puts everything where it was, in a database that has the tables of that time. It is as old then as it was when it was
     * recorded: nothing has expired since.
     */
    void restore(MigrationTarget target) throws IOException, SQLException {
        OffsetDateTime recorded = OffsetDateTime.parse(lines("recorded").findFirst().orElseThrow().get("recorded").asString());
        Duration since = Duration.between(recorded, OffsetDateTime.now());
        for (JsonNode line : lines("blob").toList()) {
            byte[] blob = HEX.parseHex(line.get("blob").asString());
            try (Upload upload = target.store().create("upgrade", DigestAlgorithm.SHA256)) {
                upload.append(new ByteArrayInputStream(blob), blob.length);
                upload.commit(Digest.ofContent(DigestAlgorithm.SHA256, blob));
                upload.finish();
            }
        }
        try (Connection connection = target.database().getConnection()) {
            List<Table> tables = Schema.of(connection).moving();
            try (Statement statement = connection.createStatement()) {
                for (Table table : tables.reversed()) {
                    statement.execute("delete from " + table.name());
                }
            }
            for (JsonNode line : lines("table").toList()) {
                insert(line.get("table").asString(), line.get("row"), since, connection);
            }
            for (Table table : tables) {
                for (String column : table.identities()) {
                    goOn(table.name(), column, connection);
                }
            }
        }
    }

    private static void insert(String table, JsonNode row, Duration since, Connection connection) throws SQLException {
        List<String> columns = List.copyOf(row.propertyNames());
        String marks = String.join(", ", columns.stream().map(column -> "?").toList());
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into " + table + " (" + String.join(", ", columns) + ") values (" + marks + ")")) {
            for (int i = 0; i < columns.size(); i++) {
                JsonNode value = row.get(columns.get(i));
                if (value.has("hex")) {
                    insert.setBytes(i + 1, HEX.parseHex(value.get("hex").asString()));
                } else if (value.has("time")) {
                    insert.setObject(i + 1, OffsetDateTime.parse(value.get("time").asString()).plus(since));
                } else if (value.isBoolean()) {
                    insert.setBoolean(i + 1, value.booleanValue());
                } else if (value.isNumber()) {
                    insert.setLong(i + 1, value.longValue());
                } else {
                    insert.setString(i + 1, value.asString());
                }
            }
            insert.executeUpdate();
        }
    }

    private static void goOn(String table, String column, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long next;
            try (ResultSet last = statement.executeQuery("select coalesce(max(" + column + "), 0) + 1 from " + table)) {
                last.next();
                next = last.getLong(1);
            }
            statement.execute("alter table " + table + " alter column " + column + " restart with " + next);
        }
    }
}
