package dev.strata.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The directory that a run works in, and the processes it started. Closing it ends the processes and removes the
 * directory; an interrupted run does the same on its way out. What a killed run left is removed by the next one.
 */
final class Workspace implements AutoCloseable {

    private final Path directory;
    private final FileChannel lockFile;
    private final List<Process> processes = new CopyOnWriteArrayList<>();
    private final Thread onInterrupt = new Thread(this::closeWhenInterrupted, "clean-up");
    private boolean closed;

    private Workspace(Path directory, FileChannel lockFile) {
        this.directory = directory;
        this.lockFile = lockFile;
    }

    /** Takes {@code parent/strata-benchmark} for this run alone; refuses if another run has it or the room is short. */
    static Workspace open(Path parent, long neededBytes) throws IOException {
        Files.createDirectories(parent);
        FileChannel lockFile = FileChannel.open(parent.resolve("strata-benchmark.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = lockFile.tryLock();
        if (lock == null) {
            lockFile.close();
            throw new IOException("another benchmark is running in " + parent);
        }
        Path directory = parent.resolve("strata-benchmark");
        deleteTree(directory);
        long room = Files.getFileStore(parent).getUsableSpace();
        if (room < neededBytes) {
            lockFile.close();
            throw new IOException("%s has %,d bytes free, and a run may need %,d".formatted(parent, room, neededBytes));
        }
        Files.createDirectories(directory);
        Workspace workspace = new Workspace(directory, lockFile);
        Runtime.getRuntime().addShutdownHook(workspace.onInterrupt);
        return workspace;
    }

    Path directory() {
        return directory;
    }

    /** Makes sure that the process ends with this run. */
    void adopt(Process process) {
        processes.add(process);
    }

    /** Ends a process and what it started, waiting for it; by force where asking does not help. */
    void end(Process process) throws InterruptedIOException {
        try {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a server was ending");
        }
        processes.remove(process);
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
        release();
    }

    private void closeWhenInterrupted() {
        try {
            release();
        } catch (IOException failure) {
            System.err.println("could not clean up " + directory + ": " + failure);
        }
    }

    private synchronized void release() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        for (Process process : processes) {
            end(process);
        }
        deleteTree(directory);
        lockFile.close();
    }

    /**
     * Removes a directory and all below it. Left to {@code rm}, which goes through large directories in the order of
     * the disk: registries keep several directories for each tag, a million in all.
     */
    static void deleteTree(Path root) throws IOException {
        Process removal = new ProcessBuilder("rm", "-rf", "--", root.toString()).inheritIO().start();
        try {
            if (removal.waitFor() != 0) {
                throw new IOException("could not remove " + root);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + root + " was removed");
        }
    }
}
