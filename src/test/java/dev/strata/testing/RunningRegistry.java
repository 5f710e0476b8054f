package dev.strata.testing;

import dev.strata.Strata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A registry that a test starts and stops itself. */
public final class RunningRegistry implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final RegistryClient client;

    private RunningRegistry(ConfigurableApplicationContext context) {
        this.context = context;
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        this.client = new RegistryClient(port);
    }

    /** @param settings each as {@code name=value} */
    public static RunningRegistry start(Path dataDirectory, String... settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--strata.data-dir=" + dataDirectory);
        for (String setting : settings) {
            arguments.add("--" + setting);
        }
        if (arguments.stream().noneMatch(argument -> argument.startsWith("--server.port="))) {
            arguments.add("--server.port=0");
        }
        return new RunningRegistry(
                new SpringApplicationBuilder(Strata.class).run(arguments.toArray(String[]::new)));
    }

    public RegistryClient client() {
        return client;
    }

    /** A client of the separate port for health and metrics. */
    public RegistryClient management() {
        return new RegistryClient(
                context.getEnvironment().getRequiredProperty("local.management.port", Integer.class));
    }

    @Override
    public void close() {
        context.close();
    }
}
