package dev.strata.agent.login;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A program that keeps secrets for docker, as docker-credential-helpers describes it. */
final class CredentialHelper {

    /** How each of them says that it has nothing. */
    private static final String NOTHING = "credentials not found";

    private static final int LARGEST = 64 * 1024;

    private final String program;
    private final Duration patience;

    /** @param patience how long it may take to answer, with all that it may ask the user */
    CredentialHelper(String program, Duration patience) {
        this.program = program;
        this.patience = patience;
    }

    /**
     * What a helper has for a server.
     *
     * @param name {@code <token>} where the secret is a refresh token
     */
    record Kept(String name, String secret) {}

    /** @throws LoginException where it fails otherwise than by having nothing */
    Optional<Kept> get(String server) {
        Answer answer = run("get", server);
        if (answer.status != 0) {
            if (answer.output.contains(NOTHING)) {
                return Optional.empty();
            }
            throw new LoginException(program + " fails with the exit code " + answer.status);
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(answer.output);
            return Optional.of(new Kept(json.path("Username").asString(""), json.path("Secret").asString("")))
                    .filter(kept -> !kept.secret.isEmpty());
        } catch (JacksonException e) {
            throw new LoginException(program + " answers no JSON"); // the cause would quote the secret
        }
    }

    /** @throws LoginException where it fails */
    void store(String server, Kept kept) {
        Answer answer = run("store", JsonMapper.shared().createObjectNode()
                .put("ServerURL", server)
                .put("Username", kept.name)
                .put("Secret", kept.secret)
                .toString());
        if (answer.status != 0) {
            throw new LoginException(program + " stores nothing: it fails with the exit code " + answer.status);
        }
    }

    /** @throws LoginException where it fails otherwise than by having nothing */
    void erase(String server) {
        Answer answer = run("erase", server);
        if (answer.status != 0 && !answer.output.contains(NOTHING)) {
            throw new LoginException(program + " erases nothing: it fails with the exit code " + answer.status);
        }
    }

    private record Answer(int status, String output) {}

    private Answer run(String action, String input) {
        Process process;
        try {
            process = new ProcessBuilder(List.of(program, action))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new LoginException(program + " cannot be started", e);
        }
        try {
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> talk(process, input), Thread::startVirtualThread);
            String said = output.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException();
            }
            return new Answer(process.exitValue(), said);
        } catch (TimeoutException e) {
            throw new LoginException(program + " does not answer within " + patience.toSeconds() + " seconds", e);
        } catch (ExecutionException e) {
            throw new LoginException(program + " breaks off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoginException("stopped", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String talk(Process process, String input) {
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It need not read what it is told.
            }
            return new String(process.getInputStream().readNBytes(LARGEST), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
