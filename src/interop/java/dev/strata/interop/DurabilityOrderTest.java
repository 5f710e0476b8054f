package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What 201 promises, seen where it is kept: in the order of the system calls. A process that is killed loses nothing
 * of what it has written, so only this order tells whether a power cut would.
 */
@Execution(ExecutionMode.CONCURRENT)
class DurabilityOrderTest {

    private static final String REPOSITORY = "interop/durability";
    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String CREATED = "\"HTTP/1.1 201";
    private static final Duration FLUSH = Duration.ofMinutes(1);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path data;
    private final Path trace;
    private final Path program;

    DurabilityOrderTest(@TempDir Path directory) throws IOException {
        this.data = Files.createDirectory(directory.resolve("data")).toRealPath();
        this.trace = directory.resolve("trace");
        this.program = directory.resolve("traced");
    }

    @Test
    void bytesNamesAndRowsAreForcedBeforeTheAnswer() throws Exception {
        byte[] inOneRequest = content(1, 100_000);
        byte[] closedWithItsBytes = content(2, 2_000_000);
        byte[] streamed = content(3, 700_000);
        byte[] manifest = imageOf(inOneRequest, closedWithItsBytes, streamed);
        try (StrataProcess strata = startTraced(); client) {
            String server = "http://" + strata.registry().address();
            String uploads = server + "/v2/" + REPOSITORY + "/blobs/uploads/";
            send(201, "POST", uploads + "?digest=" + Registry.digestOf(inOneRequest), bytes(inOneRequest));
            String upload = send(202, "POST", uploads, BodyPublishers.noBody());
            send(201, "PUT", upload + "?digest=" + Registry.digestOf(closedWithItsBytes), bytes(closedWithItsBytes));
            upload = send(202, "POST", uploads, BodyPublishers.noBody());
            send(202, "PATCH", upload, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(streamed)));
            send(201, "PUT", upload + "?digest=" + Registry.digestOf(streamed), BodyPublishers.noBody());
            send(201, "PUT", server + "/v2/" + REPOSITORY + "/manifests/durable", bytes(manifest));
        }

        List<Call> calls = traced();
        requireBlobBeforeAnswer(calls, Registry.digestOf(inOneRequest));
        requireBlobBeforeAnswer(calls, Registry.digestOf(closedWithItsBytes));
        requireBlobBeforeAnswer(calls, Registry.digestOf(streamed));
        Call arrival = first("arrival of the manifest", calls, 0, call -> call.hasRead("\"PUT /v2/" + REPOSITORY + "/manifests/"));
        requireRowsBetween(calls, arrival);
    }

    /** Bytes, then the name, then the directory that has the name, then the rows, then the answer. */
    private void requireBlobBeforeAnswer(List<Call> calls, String digest) {
        String hex = digest.substring(digest.indexOf(':') + 1);
        Path blob = data.resolve("blobs").resolve("sha256").resolve(hex.substring(0, 2)).resolve(hex);
        Call rename = first("rename to " + blob, calls, 0, call -> call.renamesTo(blob));
        String session = rename.renamedFrom();

        Call bytesForced = last("force of " + session, calls, rename.begin(), call -> call.forces(session));
        assertThat(calls.stream().filter(call -> call.writes(session) && call.end() > bytesForced.begin()))
                .as("writes to %s that its force does not cover", session)
                .isEmpty();
        Call nameForced = first(
                "force of the blob's directory", calls, rename.end(), call -> call.forces(blob.getParent().toString()));
        requireRowsBetween(calls, nameForced);
    }

    /** Rows are written to a file of the metadata, and that file is forced, before 201 begins to leave. */
    private void requireRowsBetween(List<Call> calls, Call before) {
        String metadata = data.resolve("metadata") + "/";
        Call answer = first("201", calls, before.end(), call -> call.text().contains(CREATED));
        Call rows = first("write of rows", calls, before.end(), call -> call.writes(metadata));
        Call rowsForced = first("force of " + rows.file(), calls, rows.end(), call -> call.forces(rows.file()));
        assertThat(rowsForced.end()).as("%s must have ended before %s", rowsForced, answer).isLessThan(answer.begin());
    }

    private static Call first(String what, List<Call> calls, int from, Predicate<Call> which) {
        return calls.stream()
                .filter(call -> call.begin() > from && which.test(call))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + what + " after line " + from + " of the trace"));
    }

    private static Call last(String what, List<Call> calls, int before, Predicate<Call> which) {
        return calls.stream()
                .filter(call -> call.end() < before && which.test(call))
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new AssertionError("No " + what + " before line " + before + " of the trace"));
    }

    /** The registry under strace, as a program of its own that stays this process's child. */
    private StrataProcess startTraced() throws IOException {
        Command.of("strace", "-V").run(); // says what to install where it is missing
        Files.writeString(program, "#!/bin/sh\nexec strace -D -f -y -qq -s 64 --seccomp-bpf -o " + trace
                + " -e trace=fsync,fdatasync,rename,renameat,renameat2,read,recvfrom,write,writev,pwrite64,sendto,sendmsg "
                + String.join(" ", StrataProcess.program()) + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return StrataProcess.start(List.of(program.toString()), data);
    }

    /** Sends a request and returns where its result is. */
    private String send(int expected, String method, String target, BodyPublisher body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(target))
                .method(method, body)
                .header("Content-Type", target.contains("/manifests/") ? MANIFEST_TYPE : "application/octet-stream")
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static BodyPublisher bytes(byte[] content) {
        return BodyPublishers.ofByteArray(content);
    }

    private static byte[] content(long seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static byte[] imageOf(byte[] config, byte[]... layers) {
        List<String> described = new ArrayList<>();
        for (byte[] layer : layers) {
            described.add(descriptor("application/vnd.oci.image.layer.v1.tar", layer));
        }
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST_TYPE + "\",\"config\":"
                        + descriptor("application/vnd.oci.image.config.v1+json", config) + ",\"layers\":" + described
                        + "}")
                .getBytes(UTF_8);
    }

    private static String descriptor(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Registry.digestOf(content) + "\",\"size\":"
                + content.length + "}";
    }

    /** Waits for the tracer, which ends after the registry, and reads what it wrote. */
    private List<Call> traced() throws IOException {
        await("the trace's end").atMost(FLUSH).until(() -> Files.readString(trace, UTF_8).split(CREATED, -1).length == 5);
        return Call.read(Files.readAllLines(trace, UTF_8));
    }

    /**
     * A system call.
     *
     * @param begin the line of the trace in which it began
     * @param end the line in which it had returned, which is the same where no other thread came between
     */
    private record Call(String name, String text, int begin, int end) {

        private static final Pattern WHOLE = Pattern.compile("(\\d+) +(\\w+)\\((.*)");
        private static final Pattern RESUMED = Pattern.compile("(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)");
        private static final Pattern FILE = Pattern.compile("\\d+<(/[^>]*)>.*");
        private static final Pattern NAMES = Pattern.compile(".*?\"([^\"]*)\".*?\"([^\"]*)\".*");

        static List<Call> read(List<String> lines) {
            List<Call> calls = new ArrayList<>();
            Map<String, Call> unfinished = new HashMap<>();
            for (int line = 0; line < lines.size(); line++) {
                Matcher whole = WHOLE.matcher(lines.get(line));
                Matcher resumed = RESUMED.matcher(lines.get(line));
                if (resumed.matches()) {
                    Call begun = unfinished.remove(resumed.group(1));
                    if (begun != null) {
                        calls.add(new Call(begun.name, begun.text + resumed.group(3), begun.begin, line));
                    }
                } else if (whole.matches()) {
                    Call call = new Call(whole.group(2), whole.group(3), line, line);
                    if (call.text.endsWith("<unfinished ...>")) {
                        unfinished.put(whole.group(1), call);
                    } else {
                        calls.add(call);
                    }
                }
            }
            calls.sort((one, other) -> Integer.compare(one.begin, other.begin));
            return calls;
        }

        /** The file that it is about, empty where it is about a socket or none. */
        String file() {
            Matcher file = FILE.matcher(text);
            return file.matches() ? file.group(1) : "";
        }

        boolean forces(String path) {
            return (name.equals("fsync") || name.equals("fdatasync")) && file().equals(path) && text.endsWith("= 0");
        }

        /** @param path a file, or a directory's name with a slash for any file below it */
        boolean writes(String path) {
            return (name.equals("write") || name.equals("pwrite64") || name.equals("writev"))
                    && (path.endsWith("/") ? file().startsWith(path) : file().equals(path));
        }

        boolean renamesTo(Path target) {
            Matcher names = NAMES.matcher(text);
            return name.startsWith("rename") && names.matches() && names.group(2).equals(target.toString());
        }

        String renamedFrom() {
            Matcher names = NAMES.matcher(text);
            return names.matches() ? names.group(1) : "";
        }

        boolean hasRead(String start) {
            return (name.equals("read") || name.equals("recvfrom")) && text.contains(start);
        }
    }
}
