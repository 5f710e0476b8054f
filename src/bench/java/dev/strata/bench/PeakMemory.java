package dev.strata.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;

/** Looks at the resident memory of processes twenty times a second and keeps the most it saw. */
final class PeakMemory implements AutoCloseable {

    private static final long INTERVAL_MILLISECONDS = 50;

    private final List<ProcessHandle> processes;
    private final Thread sampler;
    private volatile double most;
    private volatile IOException failure;
    private volatile boolean ended;

    PeakMemory(List<ProcessHandle> processes) throws IOException {
        this.processes = processes;
        this.most = Usage.residentMebibytes(processes);
        this.sampler = Thread.ofPlatform().name("memory").daemon().start(this::sample);
    }

    double mebibytes() throws IOException {
        if (failure != null) {
            throw failure;
        }
        return most;
    }

    @Override
    public void close() throws InterruptedIOException {
        ended = true;
        try {
            sampler.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the last sample was taken");
        }
    }

    private void sample() {
        try {
            while (!ended) {
                most = Math.max(most, Usage.residentMebibytes(processes));
                Thread.sleep(INTERVAL_MILLISECONDS);
            }
        } catch (IOException unreadable) {
            failure = unreadable;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
