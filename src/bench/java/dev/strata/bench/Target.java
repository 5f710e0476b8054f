package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;

/** A running server as a case sees it, with the fixture that is in it. */
record Target(RunningServer running, Fixture fixture, Scale scale, Workspace workspace, Queue<Blob> pushed,
        Set<String> notes) {

    Target(RunningServer running, Fixture fixture, Scale scale, Workspace workspace) {
        this(running, fixture, scale, workspace, new ConcurrentLinkedQueue<>(), new ConcurrentSkipListSet<>());
    }

    InetSocketAddress address() {
        return running.address();
    }

    RegistryClient client(Connection connection) {
        return new RegistryClient(connection, fixture.contents());
    }

    /** A new blob, whose file is emptied when the figure has been taken. */
    Blob newBlob(long size) {
        Blob blob = fixture.contents().next(size);
        pushed.add(blob);
        return blob;
    }

    /** Something to say below the table. */
    void note(String text) {
        notes.add(running.server().name() + ": " + text);
    }

    /** Gives back the disk that pushes have taken. */
    void reclaim() throws IOException {
        if (!pushed.isEmpty()) {
            BlobFiles.empty(running.data(), pushed);
            pushed.clear();
        }
    }
}
