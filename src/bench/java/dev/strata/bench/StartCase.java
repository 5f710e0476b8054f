package dev.strata.bench;

import java.io.IOException;
import java.util.Set;

/** A second process on an empty directory: the time to its first answer, or the memory it holds a while later. */
record StartCase(boolean memory) implements Case {

    @Override
    public String id() {
        return memory ? "memory-idle" : "start";
    }

    @Override
    public String title() {
        return memory ? "resident, idle" : "start to first answer";
    }

    @Override
    public Unit unit() {
        return memory ? Unit.MEBIBYTES : Unit.SECONDS;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of();
    }

    @Override
    public boolean fits(Server server) {
        return true;
    }

    @Override
    public void warmUp(Target target) {
        // What a start needs has been read by the start of the run.
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        Server server = target.running().server();
        try (RunningServer second = RunningServer.start(server, target.workspace(), server.name() + "-second")) {
            if (!memory) {
                return second.startTime().toNanos() / 1e9;
            }
            Thread.sleep(target.scale().idle());
            return Usage.residentMebibytes(second.processes());
        }
    }
}
