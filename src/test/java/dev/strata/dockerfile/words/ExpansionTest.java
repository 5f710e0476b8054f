package dev.strata.dockerfile.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.dockerfile.text.DockerfileException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpansionTest {

    private static final Map<String, String> VARIABLES = Map.of(
            "a", "one", "b", "two words", "empty", "", "path", "/usr/local/bin", "file", "archive.tar.gz", "A_1", "under", "stars", "a*b?c");

    private final Expansion expansion = Expansion.of('\\', VARIABLES);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain            | plain",
                "$a               | one",
                "${a}             | one",
                "x$a/y            | xone/y",
                "$A_1             | under",
                "$unset           | ``",
                "${unset}         | ``",
                "$                | $",
                "a$               | a$",
                "$ a              | $ a",
                "$1x              | x",
                "$12x             | x",
                "\\$a             | $a",
                "\\${a}           | ${a}",
                "\\\\$a           | \\one",
                "\\x              | x",
                "'$a'             | $a",
                "'${a}'           | ${a}",
                "'a\\b'           | a\\b",
                "\"$a\"           | one",
                "\"'$a'\"         | 'one'",
                "\"\\$a\"         | $a",
                "\"a\\b\"         | a\\b",
                "\"a\\\"b\"       | a\"b",
                "\"a\\\\b\"       | a\\b",
                "'a'\"b\"c        | abc",
                "$b               | two words",
                "a < b << c       | a < b << c",
                // with modifiers
                "${a:-x}          | one",
                "${empty:-x}      | x",
                "${unset:-x}      | x",
                "${a-x}           | one",
                "${empty-x}       | ``",
                "${unset-x}       | x",
                "${a:+x}          | x",
                "${empty:+x}      | ``",
                "${unset:+x}      | ``",
                "${a+x}           | x",
                "${empty+x}       | x",
                "${unset+x}       | ``",
                "${a:?x}          | one",
                "${a?x}           | one",
                "${empty?x}       | ``",
                "${unset:-$a}     | one",
                "${unset:-${a}b}  | oneb",
                "${unset:-'}'}    | }",
                "${unset:-\\}}    | }",
                "${unset:-${empty:-z}} | z",
                // patterns
                "${path#/}        | usr/local/bin",
                "${path#*/}       | usr/local/bin",
                "${path##*/}      | bin",
                "${path%/*}       | /usr/local",
                "${path%%/*}      | ``",
                "${file%.*}       | archive.tar",
                "${file%%.*}      | archive",
                "${file#*.}       | tar.gz",
                "${file##*.}      | gz",
                "${file#nothing}  | archive.tar.gz",
                "${file%nothing}  | archive.tar.gz",
                "${file#a??h}     | ive.tar.gz",
                "${unset#x}       | ``",
                "${stars#a\\*}    | b?c",
                "${stars%\\?c}    | a*b",
                "${path/\\//-}    | -usr/local/bin",
                "${path//\\//-}   | -usr-local-bin",
                "${a/n/N}         | oNe",
                "${a/x/N}         | one",
                "${a//*/N}        | N",
                "${a/?/N}         | Nne",
                "${a//?/N}        | NNN",
                "${b// /_}        | two_words",
                "${unset/x/y}     | ``"
            })
    void aWordIsExpanded(String text, String expected) {
        assertThat(expansion.word(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "`$a      | $a",
                "`` $a    | ` one",
                "C:\\dir  | C:\\dir",
                "\"`\"\"  | \""
            })
    void theEscapeCharacterMayBeABacktick(String text, String expected) {
        assertThat(Expansion.of('`', VARIABLES).word(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "80 443         | 80,443",
                "$b             | two,words",
                "\"$b\"         | two words",
                "'a b' c        | a b,c",
                "a\\ b c        | a b,c",
                "$unset         | ``",
                "x$b            | xtwo,words"
            })
    void aTextIsPartedIntoWords(String text, String expected) {
        assertThat(String.join(",", expansion.words(text))).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"it's $a     | it's one", "\"$a\"    | \"one\"", "\\$a   | $a", "${unset:-\"x\"} | \"x\""})
    void quotesMeanNothingInADocument(String text, String expected) {
        assertThat(expansion.document(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${", "${a", "${}", "${:-x}", "${{a}}", "${a:", "${a:-", "${a:x}", "${a:#x}", "${a:%x}", "${a!x}", "${a/b}", "${a/b/c",
                "'a", "\"a", "\"$a", "${unset?}", "${unset:?gone}", "${empty:?gone}", "${a#\\x}", "${a/\\n/x}"
            })
    void whatCannotBeExpandedIsRefusedWithItsLine(String text) {
        assertThatExceptionOfType(DockerfileException.class)
                .isThrownBy(() -> expansion.on(7).word(text))
                .withMessageStartingWith("line 7: ")
                .satisfies(e -> assertThat(e.line()).isEqualTo(7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${unset?}        | line 1: unset: is not allowed to be unset",
                "${unset:?}       | line 1: unset: is not allowed to be unset",
                "${empty:?}       | line 1: empty: is not allowed to be empty",
                "${empty:?is out} | line 1: empty: is out"
            })
    void aMissingValueIsSaidAsTheFileWants(String text, String message) {
        assertThatExceptionOfType(DockerfileException.class)
                .isThrownBy(() -> expansion.word(text))
                .withMessage(message);
    }

    static List<Integer> seeds() {
        return IntStream.range(0, 200).boxed().toList();
    }

    /** Trimming and replacing agree with what a search through all the prefixes and suffixes finds. */
    @ParameterizedTest
    @MethodSource("seeds")
    void patternsFindTheShortestAndTheLongestMatch(int seed) {
        Random random = new Random(seed);
        String pattern = text(random, "ab*?", 5);
        String value = text(random, "abc", 8);
        java.util.regex.Pattern regex =
                java.util.regex.Pattern.compile(pattern.replace("*", ".*").replace("?", "."));
        List<Integer> prefixes = IntStream.rangeClosed(0, value.length())
                .filter(i -> regex.matcher(value.substring(0, i)).matches())
                .boxed()
                .toList();
        List<Integer> suffixes = IntStream.rangeClosed(0, value.length())
                .filter(i -> regex.matcher(value.substring(i)).matches())
                .boxed()
                .toList();
        Expansion here = Expansion.of('\\', Map.of("v", value));

        assertThat(here.word("${v#" + pattern + "}"))
                .isEqualTo(prefixes.isEmpty() ? value : value.substring(prefixes.getFirst()));
        assertThat(here.word("${v%" + pattern + "}"))
                .isEqualTo(suffixes.isEmpty() ? value : value.substring(0, suffixes.getLast()));
        if (!pattern.startsWith("*") && !pattern.isEmpty()) {
            assertThat(here.word("${v##" + pattern + "}"))
                    .isEqualTo(prefixes.isEmpty() ? value : value.substring(prefixes.getLast()));
            assertThat(here.word("${v%%" + pattern + "}"))
                    .isEqualTo(suffixes.isEmpty() ? value : value.substring(0, suffixes.getFirst()));
            assertThat(here.word("${v//" + pattern + "/-}"))
                    .isEqualTo(regex.matcher(value).replaceAll("-"));
        }
    }

    private static String text(Random random, String alphabet, int most) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(most + 1);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
