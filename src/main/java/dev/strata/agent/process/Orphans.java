package dev.strata.agent.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Processes whose parents ended before them. A builder may end at once where the user presses Ctrl-C and leave its containers
 * to the system, where nobody knows any more whose they were. Linux gives them to the agent, which asks for that.
 */
final class Orphans {

    /** Linux, {@code prctl(2)}: what the process leaves behind comes to the next one above it that asked for it. */
    private static final int SET_CHILD_SUBREAPER = 36;

    private final Set<Long> others;

    private Orphans(Set<Long> others) {
        this.others = others;
    }

    /** From now on they are known, as far as the system does that. */
    static Orphans adopt() {
        ask();
        return new Orphans(children().map(ProcessHandle::pid).collect(Collectors.toSet()));
    }

    /** What came to this process since then, be it by itself or by the death of a parent, with all below it. */
    Stream<ProcessHandle> living() {
        return children()
                .filter(child -> !others.contains(child.pid()))
                .flatMap(child -> Stream.concat(child.descendants(), Stream.of(child)));
    }

    /** Whether a process has ended and only waits for somebody to ask how: Java does not ask for those that it did not start. */
    static boolean isZombie(ProcessHandle process) {
        try {
            String status = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return status.startsWith(" Z", status.lastIndexOf(')') + 1);
        } catch (IOException e) {
            return false; // it is gone, or this is not Linux
        }
    }

    private static Stream<ProcessHandle> children() {
        return ProcessHandle.current().children();
    }

    @SuppressWarnings("restricted") // Java has no other way to say it
    private static void ask() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> prctl = linker.defaultLookup().find("prctl");
        if (prctl.isEmpty()) {
            return; // not Linux
        }
        MethodHandle call = linker.downcallHandle(
                prctl.get(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try {
            int status = (int) call.invokeExact(SET_CHILD_SUBREAPER, 1L);
            assert status == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("The system's own functions cannot be called", e);
        }
    }
}
