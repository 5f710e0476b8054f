package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the registry is spoken to that a command is about. */
public final class ConnectionOptions {

    @Option(
            names = "--plain-http",
            description = "Speak to this registry without TLS, also if it is another machine. Passwords can be read on the way.")
    private boolean plainHttp;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "Certificates in PEM form of authorities that are trusted too. "
                    + "With them, a registry on this machine is spoken to with TLS.")
    private @Nullable Path caFile;

    /** Whether a registry is spoken to without TLS. */
    public boolean isPlain(Origin registry) {
        return plainHttp || caFile == null && registry.isLoopback();
    }

    /** The file of the authorities that are trusted too. */
    public Optional<Path> authorities() {
        return Optional.ofNullable(caFile);
    }

    /** @throws AgentException INVALID where the certificates cannot be read */
    public HttpClient client() {
        return Optional.ofNullable(caFile)
                .map(file -> Http.client().sslContext(TrustedCertificates.with(file)).build())
                .orElseGet(() -> Http.client().build());
    }
}
