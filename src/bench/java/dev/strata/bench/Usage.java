package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What processes take of the machine, as Linux tells it under /proc. */
final class Usage {

    private static final String RESIDENT = "VmRSS:";
    /** Columns of the first line of /proc/stat. */
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int STOLEN = 8;
    private static final int TICKS_PER_SECOND = 100;

    private Usage() {
    }

    /** VmRSS of the processes together; pages that they share count for each. */
    static double residentMebibytes(List<ProcessHandle> processes) throws IOException {
        long kibibytes = 0;
        for (ProcessHandle process : processes) {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                if (line.startsWith(RESIDENT)) {
                    kibibytes += Long.parseLong(line.substring(RESIDENT.length(), line.lastIndexOf(' ')).strip());
                }
            }
        }
        return kibibytes / 1024.0;
    }

    /** Processor time that the processes have taken so far. */
    static Duration processorTime(List<ProcessHandle> processes) {
        return processes.stream().flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** Processor time that the whole machine has been at work so far, and that its host has kept from it. */
    static Duration machineTime() throws IOException {
        String[] total = Files.readAllLines(Path.of("/proc/stat")).getFirst().split("\\s+");
        long ticks = 0;
        for (int column = 1; column <= STOLEN; column++) {
            ticks += column == IDLE || column == WAITING ? 0 : Long.parseLong(total[column]);
        }
        return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    /** Processor time that this program has taken so far. */
    static Duration ownProcessorTime() {
        return processorTime(List.of(ProcessHandle.current()));
    }
}
