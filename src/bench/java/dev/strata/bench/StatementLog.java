package dev.strata.bench;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What PostgreSQL's auto_explain writes: each statement that was executed, with its plan and how long it took. */
final class StatementLog {

    private static final String BEGIN = "LOG:  duration: ";
    private static final String PLAN = " ms  plan:";
    /** The server writes with a delay of a fifth of a second. */
    private static final long DELAY_MILLISECONDS = 600;

    private final Path file;
    private long read;

    StatementLog(Path file) {
        this.file = file;
    }

    /**
     * A statement that was executed.
     *
     * @param scans how its tables were read, in the order of the plan
     * @param rows how many rows the longest of these scans read, those that did not fit among them
     */
    record Executed(String sql, double milliseconds, String scans, long rows) {
    }

    /** What was executed since this was asked last. */
    List<Executed> next() throws IOException, InterruptedException {
        Thread.sleep(DELAY_MILLISECONDS);
        String text;
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position(read);
            text = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            read = channel.position();
        }
        List<Executed> executed = new ArrayList<>();
        StringBuilder json = new StringBuilder();
        double milliseconds = 0;
        for (String line : (text + "end").lines().toList()) {
            if (line.startsWith("\t")) {
                json.append(line).append('\n');
                continue;
            }
            if (!json.isEmpty()) {
                if (json.toString().stripLeading().startsWith("{")) {
                    executed.add(executed(milliseconds, json.toString()));
                }
                json.setLength(0);
            }
            int begin = line.indexOf(BEGIN);
            int plan = line.indexOf(PLAN);
            if (begin >= 0 && plan >= 0) {
                milliseconds = Double.parseDouble(line.substring(begin + BEGIN.length(), plan));
            }
        }
        return executed;
    }

    private static Executed executed(double milliseconds, String json) {
        JsonNode statement = JsonMapper.shared().readTree(json);
        StringJoiner scans = new StringJoiner(", ");
        long rows = scan(statement.path("Plan"), scans);
        return new Executed(
                statement.path("Query Text").stringValue().replaceAll("\\s+", " "), milliseconds, scans.toString(), rows);
    }

    private static long scan(JsonNode node, StringJoiner scans) {
        long most = 0;
        String type = node.path("Node Type").stringValue();
        if (type.contains("Scan")) {
            String what = node.path("Index Name").asString(node.path("Relation Name").asString(""));
            scans.add((type + " " + what).strip());
            most = (long) ((node.path("Actual Rows").asDouble(0) + node.path("Rows Removed by Filter").asDouble(0))
                    * node.path("Actual Loops").asDouble(1));
        } else if (type.equals("Sort") || type.equals("Hash Join") || type.equals("Merge Join")) {
            scans.add(type);
        }
        for (JsonNode child : node.path("Plans")) {
            most = Math.max(most, scan(child, scans));
        }
        return most;
    }
}
