package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.operation;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** One instruction on a bare stack, of which nobody says what it sees. */
@RegistryTest
class LayerQuestionTest {

    private static final String CONTENT = "sha256:" + "c".repeat(64);
    private static final String OTHER_CONTENT = "sha256:" + "d".repeat(64);

    @Autowired
    RegistryClient registry;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"op":"workdir","cwd":"/srv","user":"app"}             | WORKDIR /srv        |                 | instruction
            {"op":"workdir","cwd":"/srv","user":"app"}             | WORKDIR /srv        | &user=app       | exact
            {"op":"workdir","cwd":"/app/srv"}                      | WORKDIR srv         |                 | instruction
            {"op":"copy","cwd":"/app","dest":"x/","content":"%C"}  | COPY . x/           | &content=%C     | instruction
            {"op":"copy","cwd":"/app","dest":"x/","content":"%C"}  | COPY . x/           | &content=%C&cwd=/app | exact
            {"op":"copy","dest":"/x/","content":"%C"}              | COPY . /x/          | &content=%C     | exact
            {"op":"run","argv":["/bin/sh","-c","make"],"user":"a"} | RUN make            |                 | instruction
            """)
    void whatSawSomethingElseCounts(String entry, String instruction, String more, String match) {
        CacheCalls cache = committed(entry);
        Answer found = ask(cache, instruction, more);
        assertThat(found).isJson(200);
        assertThat(found.json().get("match").stringValue()).isEqualTo(match);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"op":"workdir","cwd":"/srv","user":"app"}             | WORKDIR /other       |
            {"op":"workdir","cwd":"/srv","user":"app"}             | WORKDIR /srv         | &user=other
            {"op":"workdir","cwd":"/app/srv"}                      | WORKDIR /srv         |
            {"op":"workdir","cwd":"/app/srv"}                      | WORKDIR rv           |
            {"op":"copy","cwd":"/app","dest":"x/","content":"%C"}  | COPY . x/            | &content=%D
            {"op":"copy","cwd":"/app","dest":"x/","content":"%C"}  | ADD . x/             | &content=%C
            {"op":"copy","cwd":"/app","dest":"x/","content":"%C"}  | COPY --chmod=755 . x/ | &content=%C
            {"op":"run","argv":["/bin/sh","-c","make"],"user":"a","network":"none"} | RUN make |
            """)
    void whatSaysSomethingElseDoesNot(String entry, String instruction, String more) {
        assertThat(ask(committed(entry), instruction, more)).isJson(404);
    }

    private CacheCalls committed(String operation) {
        String said = contents(operation);
        CacheCalls cache = new CacheCalls(registry, "layer/of-" + Integer.toHexString(said.hashCode()));
        assertThat(cache.commit(step(Optional.<ChainId>empty(), operation(said)), TestLayer.of(1)).status())
                .isIn(200, 201);
        return cache;
    }

    private static Answer ask(CacheCalls cache, String instruction, String more) {
        return cache.layer("scratch", instruction, more == null ? "" : contents(more));
    }

    private static String contents(String text) {
        return text.replace("%C", CONTENT).replace("%D", OTHER_CONTENT);
    }
}
