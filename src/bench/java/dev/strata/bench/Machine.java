package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** The circumstances of a run, for whoever reads its figures later. */
final class Machine {

    private Machine() {
    }

    static Map<String, String> describe() throws IOException, InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("commit", commit());
        facts.put("processor", field("/proc/cpuinfo", "model name") + ", "
                + Runtime.getRuntime().availableProcessors() + " cores");
        facts.put("memory", field("/proc/meminfo", "MemTotal"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.vendor.version") + " " + Runtime.version());
        facts.put("load", Files.readString(Path.of("/proc/loadavg")).strip());
        return facts;
    }

    /** Of the checkout that this runs in; figures of what is not committed are nobody else's to repeat. */
    private static String commit() throws IOException, InterruptedException {
        String commit = Programs.firstLine("git", "rev-parse", "--short", "HEAD");
        boolean changed = !Programs.firstLine("git", "status", "--porcelain", "--untracked-files=no").isEmpty();
        return changed ? commit + " with changes" : commit;
    }

    private static String field(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file)).stream().filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("unknown");
    }
}
