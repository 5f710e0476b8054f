package dev.strata.dockerfile.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.dockerfile.text.DockerfileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnorePatternsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // patterns, parted by space | a path | whether it is left out
                "a              | a           | true",
                "a              | a/b         | true",
                "a              | b/a         | false",
                "a              | ab          | false",
                "/a             | a           | true",
                "a/             | a           | true",
                "a//b           | a/b         | true",
                "./a            | a           | true",
                "a/../b         | b           | true",
                "*              | a           | true",
                "*              | a/b         | true",
                "*/b            | a/b         | true",
                "*/b            | b           | false",
                "*/b            | x/a/b       | false",
                "*.txt          | a.txt       | true",
                "*.txt          | d/a.txt     | false",
                "a?             | ab          | true",
                "a?             | a/          | false",
                "**             | a/b/c       | true",
                "**/a           | a           | true",
                "**/a           | x/y/a       | true",
                "**/a           | x/ya        | false",
                "**/*.txt       | a.txt       | true",
                "**/*.txt       | x/y/a.txt   | true",
                "**.txt         | x/a.txt     | true",
                "**.t?t         | a.txt       | false",
                "a/**           | a/b/c       | true",
                "a/**           | a           | false",
                "a/**/b         | a/b         | true",
                "a/**/b         | a/x/y/b     | true",
                "a/**/b         | a/x/yb      | false",
                "a**            | ab/c        | true",
                "[ab]           | a           | true",
                "[ab]           | c           | false",
                "[^ab]          | c           | true",
                "[a-c].x        | b.x         | true",
                "a\\*           | a*          | true",
                "a\\*           | ab          | false",
                "a.b            | axb         | false",
                "a(b)+          | a(b)+       | true",
                "* !a           | a           | false",
                "* !a           | a/b         | false",
                "* !a/b         | a/b         | false",
                "* !a/b         | a/c         | true",
                "!a *           | a           | true",
                "a !a/b a/b/c   | a/b/d       | false",
                "a !a/b a/b/c   | a/b/c       | true",
                "*.md !R*.md    | R.md        | false",
                "*.md !R*.md Rx.md | Rx.md    | true",
                "dir !**/keep   | dir/x/keep  | false",
                ".git           | .git/config | true",
                ".*             | .git/config | true",
                "..             | a           | false"
            })
    void theLastPatternThatMatchesDecides(String patterns, String path, boolean excluded) {
        assertThat(IgnorePatterns.parse(patterns.replace(' ', '\n')).excludes(path)).isEqualTo(excluded);
        assertThat(IgnorePatterns.of(List.of(patterns.split(" "))).excludes(path)).isEqualTo(excluded);
    }

    /** As today's BuildKit, buildah 1.28 and docker 20.10 were seen to do. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sub/q !sub   | sub/q    | true  | false | false",
                "x !x/keep x  | x/keep   | false | true  | true",
                "m !m/keep **/m | m/keep/f | false | true | false",
                "* !a/b !a    | a/b      | false | false | false"
            })
    void buildersDifferInWhatCountsForWhatIsInADirectory(
            String patterns, String path, boolean inherited, boolean anew, boolean byParts) {
        String text = patterns.replace(' ', '\n');

        assertThat(IgnorePatterns.parse(text, IgnorePatterns.Rule.INHERITED).excludes(path)).isEqualTo(inherited);
        assertThat(IgnorePatterns.parse(text, IgnorePatterns.Rule.ANEW).excludes(path)).isEqualTo(anew);
        assertThat(IgnorePatterns.parse(text, IgnorePatterns.Rule.ANEW_BY_PARTS).excludes(path)).isEqualTo(byParts);
    }

    @Test
    void commentsAndEmptyLinesAreNoPatterns() {
        IgnorePatterns patterns = IgnorePatterns.parse("\uFEFF# secrets\r\n\n  \n  key.pem  \n#a\n");

        assertThat(patterns.excludes("key.pem")).isTrue();
        assertThat(patterns.excludes("#a")).isFalse();
        assertThat(patterns.mayBringBackBelow("a")).isFalse();
    }

    /** A directory that is left out need not be looked at where nothing in it can come back. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node_modules              | node_modules | false",
                "node_modules !dist        | node_modules | false",
                "node_modules !node_modules/a/b | node_modules | true",
                "node_modules !node_modules/a/b | node_modules/a | true",
                "node_modules !node_modules/a/b | node_modules/c | false",
                "node_modules !**/keep     | node_modules | true",
                "node_modules !*/keep      | node_modules | true"
            })
    void whatMayComeBackIsLookedFor(String patterns, String directory, boolean looked) {
        assertThat(IgnorePatterns.parse(patterns.replace(' ', '\n')).mayBringBackBelow(directory)).isEqualTo(looked);
    }

    @Test
    void aNumberSignBehindSpaceIsAPattern() {
        assertThat(IgnorePatterns.parse("\n #a").excludes("#a")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"!", "[a", "[b-a]"})
    void whatIsNoPatternIsRefusedWithItsLine(String text) {
        assertThatExceptionOfType(DockerfileException.class)
                .isThrownBy(() -> IgnorePatterns.parse("ok\n" + text))
                .withMessageStartingWith("line 2: ");
    }

    @Test
    void nothingIsLeftOutWithoutPatterns() {
        assertThat(IgnorePatterns.NONE.excludes("a")).isFalse();
    }
}
