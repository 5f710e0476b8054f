package dev.strata.agent.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.strata.agent.AgentException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Java reads and writes command lines, variables and names of directories in the encoding of the locale. In the locale C,
 * which is that of most build machines, every other letter is lost, so that a build would get other arguments than the user
 * gave, and two that differ would look alike. The program then begins once more, in the same process, in a locale that has
 * all of Unicode. What it starts gets the user's own locale.
 */
public final class Utf8Restart {

    /** Has the user's LC_ALL in it, in a program that began once more. */
    private static final String BEFORE = "STRATA_LC_ALL";
    private static final String LOCALE = "LC_ALL";
    private static final String UNICODE = "C.UTF-8";

    /** What stands for bytes that are no text in the locale's encoding. */
    private static final char LOST = '\uFFFD';

    private Utf8Restart() {}

    /** Does not return where the program begins once more. */
    public static void whereLettersAreLost(String[] arguments, Map<String, String> environment) {
        Path self = Path.of("/proc/self");
        Stream<String> texts = Stream.of(
                        Arrays.stream(arguments), environment.values().stream(), Stream.of(System.getProperty("user.dir")))
                .flatMap(each -> each);
        if (environment.containsKey(BEFORE) || texts.noneMatch(Utf8Restart::hasLost) || !Files.exists(self)) {
            return;
        }
        try {
            begin(self.resolve("exe"), words(Files.readAllBytes(self.resolve("cmdline"))), environment.getOrDefault(LOCALE, ""));
        } catch (IOException e) {
            throw new AgentException(AgentException.Outcome.INVALID, "the command line cannot be read", e);
        }
    }

    /** Whether a part of a text was lost, so that nobody knows what it says. */
    public static boolean hasLost(String text) {
        return text.indexOf(LOST) >= 0;
    }

    /** Gives a program that is started the locale that the user has. */
    static void undo(Map<String, String> environment) {
        String before = environment.remove(BEFORE);
        if (before == null) {
            return;
        }
        if (before.isEmpty()) {
            environment.remove(LOCALE);
        } else {
            environment.put(LOCALE, before);
        }
    }

    private static List<byte[]> words(byte[] commandLine) {
        List<byte[]> words = new ArrayList<>();
        for (int from = 0, i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                words.add(Arrays.copyOfRange(commandLine, from, i + 1)); // with the zero that ends a text in C
                from = i + 1;
            }
        }
        return words;
    }

    /** Returns where the system does not do it. */
    @SuppressWarnings("restricted") // nothing else takes the bytes as they are
    private static void begin(Path program, List<byte[]> words, String before) {
        Linker linker = Linker.nativeLinker();
        MethodHandle set = function(linker, "setenv", ADDRESS, ADDRESS, JAVA_INT);
        MethodHandle execute = function(linker, "execv", ADDRESS, ADDRESS);
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment list = memory.allocate(ADDRESS, words.size() + 1L);
            for (int i = 0; i < words.size(); i++) {
                list.setAtIndex(ADDRESS, i, memory.allocateFrom(JAVA_BYTE, words.get(i)));
            }
            list.setAtIndex(ADDRESS, words.size(), MemorySegment.NULL);
            int status = (int) set.invokeExact(text(memory, BEFORE), text(memory, before), 1);
            status |= (int) set.invokeExact(text(memory, LOCALE), text(memory, UNICODE), 1);
            if (status == 0) {
                status = (int) execute.invokeExact(text(memory, program.toString()), list);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("The system's own functions cannot be called", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(Linker linker, String name, MemoryLayout... arguments) {
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MemorySegment text(Arena memory, String text) {
        return memory.allocateFrom(text, StandardCharsets.UTF_8);
    }
}
