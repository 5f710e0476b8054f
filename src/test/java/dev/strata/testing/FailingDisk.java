package dev.strata.testing;

import dev.strata.storage.directory.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A disk on which calls fail by plan. It knows what a power cut would leave: a force that succeeds keeps what was written
 * since the last one, a force that fails loses that for good, and later forces do not bring it back. This is what the
 * kernel does.
 */
public final class FailingDisk extends Disk {

    /** What can fail. */
    public enum Call {
        OPEN,
        WRITE,
        FORCE,
        TRUNCATE,
        MOVE,
        DELETE,
        CLOSE
    }

    private final Map<Path, PowerCut> files = new TreeMap<>();
    private final Map<Path, List<Runnable>> unforcedNames = new TreeMap<>();
    private final Map<Path, PowerCut> surviving = new TreeMap<>();
    private final List<String> calls = new ArrayList<>();
    private Predicate<String> plan = call -> false;
    private int firstFailure = Integer.MAX_VALUE;
    private int failures;

    public FailingDisk() {
        super(() -> {});
    }

    /** Every call of a kind fails, whose file's name contains a text. */
    public synchronized void failEvery(Call kind, String name) {
        plan = call -> call.startsWith(kind + " ") && call.contains(name);
    }

    /** No call fails any more. */
    public synchronized void recover() {
        plan = call -> false;
        firstFailure = Integer.MAX_VALUE;
    }

    /** As many calls fail as are said, from this one on; the first has the number 0. */
    public synchronized void failFrom(int call, int failures) {
        this.firstFailure = call;
        this.failures = failures;
    }

    /** The calls so far, each with the name of its file. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Fails where the plan says so. */
    synchronized void call(Call kind, Path file) throws IOException {
        int number = calls.size();
        String call = kind + " " + file.getFileName();
        calls.add(call);
        if (plan.test(call) || number >= firstFailure && number - firstFailure < failures) {
            throw new IOException("By plan: " + number + ". " + call);
        }
    }

    /** A channel of somebody else's, such as the database's, on this disk. */
    public synchronized FileChannel adopt(Path file, FileChannel channel) {
        PowerCut content = surviving.computeIfAbsent(file, name -> new PowerCut());
        files.put(file, content);
        return new FailingChannel(this, file, channel, content);
    }

    @Override
    public synchronized FileChannel open(Path file, OpenOption... options) throws IOException {
        call(Call.OPEN, file);
        FileChannel channel = super.open(file, options);
        PowerCut content = files.computeIfAbsent(file, name -> new PowerCut());
        if (List.of(options).contains(StandardOpenOption.CREATE_NEW)) {
            name(file.getParent(), () -> surviving.put(file, content));
        }
        return new FailingChannel(this, file, channel, content);
    }

    @Override
    public synchronized void move(Path from, Path to) throws IOException {
        call(Call.MOVE, from);
        super.move(from, to);
        PowerCut content = files.containsKey(from) ? files.remove(from) : new PowerCut();
        files.put(to, content);
        name(to.getParent(), () -> surviving.put(to, content));
        name(from.getParent(), () -> surviving.remove(from));
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        call(Call.DELETE, file);
        super.delete(file);
        files.remove(file);
        name(file.getParent(), () -> surviving.remove(file));
    }

    private void name(Path directory, Runnable change) {
        unforcedNames.computeIfAbsent(directory, name -> new ArrayList<>()).add(change);
    }

    /** What was done to the names in a directory outlives a power cut from now on, or is lost. */
    synchronized void namesForced(Path directory, boolean succeeded) {
        List<Runnable> changes = unforcedNames.remove(directory);
        if (changes != null && succeeded) {
            changes.forEach(Runnable::run);
        }
    }

    /** Writes what a power cut leaves of a directory's files into another one. */
    public synchronized void cutPower(Path directory, Path into) throws IOException {
        for (Map.Entry<Path, PowerCut> file : surviving.entrySet()) {
            if (file.getKey().startsWith(directory)) {
                Path target = into.resolve(directory.relativize(file.getKey()));
                Files.createDirectories(target.getParent());
                Files.write(target, file.getValue().content());
            }
        }
    }
}
