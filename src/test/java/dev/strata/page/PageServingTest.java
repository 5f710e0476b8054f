package dev.strata.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** How the page reaches a browser. What it shows there is tested in one. */
@RegistryTest
class PageServingTest {

    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([^\"#]+)\"|from \"(\\.[^\"]+)\"|import\\(\"([^\"]+)\"\\)");

    @Autowired
    RegistryClient registry;

    @Test
    void thePageIsServedAtTheRootAndAskedForAgainWhenItChanges() {
        Answer page = registry.get("/");
        assertThat(page)
                .hasStatus(200)
                .hasHeader("Content-Type", "text/html;charset=utf-8")
                .hasHeader("Cache-Control", "no-cache");
        assertThat(page.text()).startsWith("<!doctype html>").doesNotContain("{assets}");

        Answer again = registry.get("/", "If-None-Match", page.header("ETag"));
        assertThat(again).hasStatus(304).hasHeader("ETag", page.header("ETag"));
        assertThat(again.body()).isEmpty();
    }

    @Test
    void everyFileOfThePageIsServedForGood() {
        Map<String, Answer> files = files();
        assertThat(files.keySet()).anyMatch(path -> path.endsWith("/script/main.js"))
                .anyMatch(path -> path.endsWith(".css"))
                .anyMatch(path -> path.endsWith(".svg"))
                .anyMatch(path -> path.contains("uplot"));
        files.forEach((path, file) -> {
            assertThat(file).hasStatus(200).hasHeader("X-Content-Type-Options", "nosniff");
            if (!path.equals("/")) {
                assertThat(file).hasHeader("Cache-Control", "max-age=31536000, public, immutable");
            }
        });
    }

    /** The limit is of what a first visit transfers, so the answers of the API have to find room in it too. */
    @Test
    void thePageIsSmall() {
        int compressed = files().values().stream().mapToInt(file -> gzip(file.body()).length).sum();
        assertThat(compressed).isLessThan(150_000);
    }

    @Test
    void theBrowserRunsNothingThatIsNotAFileOfThisServer() {
        String policy = registry.get("/").header("Content-Security-Policy");
        assertThat(policy.split("; "))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .noneMatch(directive -> directive.contains("unsafe") || directive.contains("http"));
        assertThat(registry.get("/").text()).doesNotContainPattern("<script(?![^>]*src=)|<style|style=|\\son[a-z]+=");
    }

    /** Or a browser would learn of them one after the other. */
    @Test
    void everyModuleIsLoadedWithoutWaitingForAnother() {
        String document = registry.get("/").text();
        assertThat(files().keySet().stream().filter(path -> path.contains("/script/"))).allMatch(document::contains);
    }

    /** The namespace of SVG is a name, not an address. */
    @Test
    void noFileNamesAnotherHost() {
        files().forEach((path, file) -> {
            if (!path.contains("uplot")) {
                assertThat(file.text().replace("http://www.w3.org/2000/svg", ""))
                        .as(path)
                        .doesNotContainPattern("https?://");
            }
        });
    }

    @Test
    void thePageIsCompressedForWhoAsks() {
        for (String path : files().keySet()) {
            Answer plain = registry.get(path);
            if (plain.body().length > 2_048) {
                assertThat(registry.get(path, "Accept-Encoding", "gzip")).as(path).hasHeader("Content-Encoding", "gzip");
                assertThat(plain).hasNoHeader("Content-Encoding");
            }
        }
    }

    @Test
    void whatTheRegistryStoresIsNotCompressed() {
        registry.pushImage("page/plain", "1", 1);
        Answer manifest = registry.getManifest("page/plain", "1", "Accept-Encoding", "gzip");
        assertThat(manifest).hasStatus(200).hasBody(registry.getManifest("page/plain", "1").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/index.html", "/assets/", "/assets/0000000000000000/script/main.js", "/nothing"})
    void whatIsNotThereIsAnError(String path) {
        assertThat(registry.get(path)).isError(404, ErrorCode.UNSUPPORTED, "path", path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/script/none.js", "/", "/../application.yaml", "/%2e%2e/application.yaml"})
    void nothingElseIsServedAsAFile(String path) {
        Answer answer = registry.get(assets() + path);
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer).hasHeader("Content-Type", "application/json");
    }

    private String assets() {
        return files().keySet().stream()
                .filter(path -> path.endsWith("/icon.svg"))
                .map(path -> path.substring(0, path.lastIndexOf('/')))
                .findAny()
                .orElseThrow();
    }

    /** The page and all that it refers to, by path, as a browser would load it. */
    private Map<String, Answer> files() {
        Map<String, Answer> found = new LinkedHashMap<>();
        Deque<String> left = new ArrayDeque<>(List.of("/"));
        while (!left.isEmpty()) {
            String path = left.pop();
            if (found.containsKey(path)) {
                continue;
            }
            Answer file = registry.get(path);
            found.put(path, file);
            boolean mayRefer = path.equals("/") || path.endsWith(".js") && !path.contains("uplot");
            if (mayRefer) {
                references(file.text())
                        .map(reference -> URI.create(path).resolve(reference).getPath())
                        .filter(reference -> reference.startsWith("/assets/"))
                        .forEach(left::add);
            }
        }
        return found;
    }

    private static Stream<String> references(String text) {
        return REFERENCE.matcher(text).results().flatMap(PageServingTest::groups);
    }

    private static Stream<String> groups(MatchResult match) {
        return Stream.of(match.group(1), match.group(2), match.group(3)).filter(group -> group != null);
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }
}
