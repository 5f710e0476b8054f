package dev.strata.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of repositories, tags, and references to either. */
class NamesTest {

    private static final String HEX = "0".repeat(64);

    @ParameterizedTest
    @ValueSource(strings = {
        "a", "0", "a/b", "a/b/c/d/e/f/g", "a.b", "a_b", "a__b", "a-b", "a--b", "a-----b",
        "a.b_c__d-e/f.g", "library/alpine", "manifests", "blobs/uploads", "tags/list", "v2", "0/1/2"
    })
    void repositoriesAreNamed(String name) {
        assertThat(RepositoryName.of(name)).hasToString(name);
        assertThat(RepositoryName.of(name).value()).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("noRepositories")
    void whatNamesNoRepositoryIsInvalid(String name) {
        RegistryException e =
                Invalid.assertInvalid(() -> RepositoryName.of(name), Problem.NAME_INVALID, ErrorCode.NAME_INVALID);
        assertThat(e.detail().toString()).isEqualTo("{name=" + name + "}");
    }

    static Stream<String> noRepositories() {
        return Stream.of(
                "", "/", "a/", "/a", "a//b", "A", "aB", "a b", " a", "a ", "a\n", "a..b", "a.", ".a", "a_", "_a", "a___b",
                "a-", "-a", "a/-b", "a/b_", "a._b", "a-_b", "a.-b", "a:b", "a@b", "a%2Fb", "a\\b", "ä", "a\0b", "\u0661",
                "..", "a/../b", "a/./b", "a".repeat(256));
    }

    @Test
    void aNameHas255CharactersAtMost() {
        assertThat(RepositoryName.of("a".repeat(255)).value()).hasSize(255);
    }

    /** Nested repetitions are what makes a grammar's matcher run for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"a-", "a_", "a__", "a.", "-", "a/a-", "a-a"})
    void aHostileNameIsRefusedAtOnce(String part) {
        String name = part.repeat(255 / part.length() - 1) + "!";
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> Invalid.assertInvalid(
                        () -> RepositoryName.of(name), Problem.NAME_INVALID, ErrorCode.NAME_INVALID));
    }

    @Test
    void namesAreOrderedByTheCodesOfTheirCharacters() {
        List<String> sorted = List.of("a", "a-b", "a.b", "a/b", "a0", "a_b", "aa");
        assertThat(sorted.stream().map(RepositoryName::of).sorted().map(RepositoryName::value)).isEqualTo(sorted);
        List<String> tags = List.of("1.10", "1.9", "A", "B", "_", "a", "b");
        assertThat(tags.reversed().stream().map(Tag::of).sorted().map(Tag::name)).containsExactlyElementsOf(tags);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a", "A", "0", "_", "__", "v1.2.3", "latest", "a-", "a.", "a_", "A.B-C_D", "sha256-" + "00000000", "1.0-SNAPSHOT"
    })
    void tagsAreNamed(String name) {
        assertThat(Tag.of(name)).hasToString(name);
        assertThat(Reference.of(name)).isEqualTo(Tag.of(name));
    }

    @ParameterizedTest
    @MethodSource("noTags")
    void whatNamesNoTagIsInvalid(String name) {
        RegistryException e = Invalid.assertInvalid(() -> Tag.of(name), Problem.TAG_INVALID, ErrorCode.MANIFEST_INVALID);
        assertThat(e.detail().toString()).isEqualTo("{tag=" + name + "}");
    }

    static Stream<String> noTags() {
        return Stream.of("", ".", "-", ".a", "-a", "a b", "a/b", "a:b", "a+b", "a\n", "ä", "\u0661", "a\0",
                "a".repeat(129));
    }

    @Test
    void aTagHas128CharactersAtMost() {
        assertThat(Tag.of("t".repeat(128)).name()).hasSize(128);
    }

    @Test
    void aReferenceWithAColonIsADigest() {
        assertThat(Reference.of("sha256:" + HEX)).isEqualTo(Digest.of("sha256:" + HEX));
        for (String text : Arrays.asList("sha256:notadigest", "a:b", ":", "latest:")) {
            Invalid.assertInvalid(() -> Reference.of(text), Problem.DIGEST_INVALID, ErrorCode.DIGEST_INVALID);
        }
        Invalid.assertInvalid(() -> Reference.of(""), Problem.TAG_INVALID, ErrorCode.MANIFEST_INVALID);
    }

    @Test
    void aReferrersTagIsCutToWhatATagMayBe() {
        assertThat(Tag.ofReferrers(Digest.of("sha256:" + HEX))).hasToString("sha256-" + HEX);
        assertThat(Tag.ofReferrers(Digest.of("sha512:" + HEX + "1".repeat(64)))).hasToString("sha512-" + HEX);
    }
}
