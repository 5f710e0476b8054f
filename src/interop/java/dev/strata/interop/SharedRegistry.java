package dev.strata.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link Registry} that all of them share, and the {@link DebianImage} in it.
 *
 * <p>The system property {@code strata.interop.registry} (host:port) names one that runs already; otherwise Strata is started
 * for the first test that asks and stopped after the last.
 */
final class SharedRegistry implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(SharedRegistry.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Registry.class || type == DebianImage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store store = context.getRoot().getStore(NAMESPACE);
        Registry registry = registry(store);
        return parameter.getParameter().getType() == Registry.class
                ? registry
                : store.computeIfAbsent(DebianImage.class, key -> DebianImage.pushedTo(registry), DebianImage.class);
    }

    private static Registry registry(Store store) {
        String running = System.getProperty("strata.interop.registry");
        return running == null
                ? store.computeIfAbsent(Running.class, key -> Running.start(), Running.class).strata().registry()
                : new Registry(running);
    }

    private record Running(StrataProcess strata, Path data) implements AutoCloseable {

        static Running start() {
            try {
                Path data = Files.createTempDirectory("strata-interop-data");
                return new Running(StrataProcess.start(data), data);
            } catch (IOException exception) {
                throw new UncheckedIOException(exception);
            }
        }

        @Override
        public void close() throws IOException {
            strata.close();
            // A gibibyte or two, which must not wait for the machine's next start to be removed.
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
