package dev.strata.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.dockerfile.patterns.IgnorePatterns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens to the context while a build goes on, and whether the agent notices. */
class ChangedContextTest {

    @TempDir
    private Path root;

    /** Something that happens to the context. */
    private interface Event {
        void happen() throws IOException;
    }

    private final Map<String, Event> events = Map.ofEntries(
            Map.entry("nothing", () -> {}),
            Map.entry("edit", () -> edit("dir/file", "edited")),
            Map.entry("edit back", () -> {
                FileTime before = Files.getLastModifiedTime(root.resolve("dir/file"));
                edit("dir/file", "edited");
                edit("dir/file", "content");
                Files.setLastModifiedTime(root.resolve("dir/file"), before);
            }),
            Map.entry("replace by the same", () -> {
                edit("dir/new", "content");
                Files.move(root.resolve("dir/new"), root.resolve("dir/file"), StandardCopyOption.REPLACE_EXISTING);
            }),
            Map.entry("add", () -> edit("dir/deep/added", "added")),
            Map.entry("add and remove", () -> {
                edit("dir/deep/added", "added");
                Files.delete(root.resolve("dir/deep/added"));
            }),
            Map.entry("remove", () -> Files.delete(root.resolve("dir/deep/other"))),
            Map.entry("mode", () -> mode("dir/file", "rwxr-xr-x")),
            Map.entry("mode and back", () -> {
                mode("dir/file", "rwxr-xr-x");
                mode("dir/file", "rw-r--r--");
            }),
            Map.entry("link elsewhere", () -> relink("dir/deep/other")),
            Map.entry("link elsewhere and back", () -> {
                relink("dir/deep/other");
                relink("dir/file");
            }),
            Map.entry("exchange a directory and back", () -> {
                Files.move(root.resolve("dir"), root.resolve("away"));
                Files.createDirectories(root.resolve("dir/deep"));
                edit("dir/file", "another");
                Files.delete(root.resolve("dir/file"));
                Files.delete(root.resolve("dir/deep"));
                Files.delete(root.resolve("dir"));
                Files.move(root.resolve("away"), root.resolve("dir"));
            }),
            Map.entry("edit what is not taken", () -> edit("beside", "edited")),
            Map.entry("ignored file", () -> edit("dir/deep/ignored.log", "edited")));

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectories(root.resolve("dir/deep"));
        edit("dir/file", "content");
        mode("dir/file", "rw-r--r--");
        edit("dir/deep/other", "other");
        edit("dir/deep/ignored.log", "a line");
        edit("beside", "beside");
        Files.createSymbolicLink(root.resolve("link"), Path.of("dir/file"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dir      | nothing                       | true",
                "dir      | edit                          | false",
                "dir      | edit back                     | false",
                "dir      | replace by the same           | false",
                "dir      | add                           | false",
                "dir      | add and remove                | false",
                "dir      | remove                        | false",
                "dir      | mode                          | false",
                "dir      | mode and back                 | false",
                "dir      | exchange a directory and back | false",
                "dir      | edit what is not taken        | true",
                "dir      | ignored file                  | true",
                "dir/file | edit back                     | false",
                "dir/file | remove                        | true",
                "dir/f*   | edit back                     | false",
                "dir/*    | add                           | false",
                "link     | edit                          | false",
                "link     | edit back                     | false",
                "link     | link elsewhere                | false",
                "link     | link elsewhere and back       | false",
                ".        | edit                          | false",
                ".        | link elsewhere and back       | false",
                ".        | edit what is not taken        | false",
                ".        | ignored file                  | true"
            })
    void whatWasTouchedMeanwhileIsNoticed(String source, String event, boolean unchanged) throws Exception {
        ContextFiles context = new ContextFiles(root, IgnorePatterns.parse("**/*.log"));
        var list = context.files(List.of(source), List.of(), false);
        letTheFileSystemsClockGoOn();

        Objects.requireNonNull(events.get(event)).happen();

        assertThat(context.isUnchanged(list.digest())).isEqualTo(unchanged);
    }

    /** It ticks some hundred times a second only. */
    private void letTheFileSystemsClockGoOn() {
        await().pollInterval(2, TimeUnit.MILLISECONDS).until(() -> {
            Path probe = Files.createTempFile("tick", "");
            FileTime now = changed(probe);
            Files.delete(probe);
            return now.compareTo(changed(root.resolve("link"))) > 0;
        });
    }

    private static FileTime changed(Path file) throws IOException {
        return (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    }

    private void edit(String name, String content) throws IOException {
        Files.writeString(root.resolve(name), content);
    }

    private void mode(String name, String permissions) throws IOException {
        Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString(permissions));
    }

    private void relink(String target) throws IOException {
        Files.delete(root.resolve("link"));
        Files.createSymbolicLink(root.resolve("link"), Path.of(target));
    }
}
