package dev.strata.hostile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a server says of itself that it should not have to. */
final class ServerLog {

    private static final Pattern ENTRY = Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT.*");
    private static final Pattern FAULT = Pattern.compile("^\\S+ ERROR .*|.*OutOfMemoryError.*|^Terminating due to.*");
    private static final int SHOWN_LINES = 8;

    private ServerLog() {}

    /** Each fault that it logged once, with the beginning of its stack trace. */
    static List<String> faults(String log) {
        Map<String, String> faults = new LinkedHashMap<>();
        List<String> lines = log.lines().toList();
        for (int line = 0; line < lines.size(); line++) {
            if (FAULT.matcher(lines.get(line)).matches()) {
                List<String> entry = new ArrayList<>(List.of(lines.get(line)));
                for (int next = line + 1; next < lines.size() && !ENTRY.matcher(lines.get(next)).matches(); next++) {
                    if (entry.size() < SHOWN_LINES || lines.get(next).contains("dev.strata") && entry.size() < 2 * SHOWN_LINES) {
                        entry.add(lines.get(next));
                    }
                }
                faults.putIfAbsent(kind(entry), String.join("\n", entry));
            }
        }
        return List.copyOf(faults.values());
    }

    /** The exception and where it came from; or the words, where there is none. */
    private static String kind(List<String> entry) {
        return entry.size() == 1
                ? entry.getFirst().replaceAll("^\\S+|\\d+|\\[.*?]", "")
                : String.join(" ", entry.subList(1, Math.min(4, entry.size())));
    }
}
