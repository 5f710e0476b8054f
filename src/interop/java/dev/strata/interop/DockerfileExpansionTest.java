package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.words.Expansion;
import dev.strata.testing.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Strata replaces variables as BuildKit's lexer does: a table of words and environments, and words put together by chance. */
@Execution(ExecutionMode.CONCURRENT)
class DockerfileExpansionTest {

    private static final long SEED = Long.getLong("strata.dockerfile.seed", System.nanoTime());
    private static final int RANDOM = Size.of("strata.dockerfile.changed", 3_000, 40_000);
    private static final int SHOWN = 10;

    /** Each with every modifier of {@link #MODIFIERS}. */
    private static final List<Map<String, String>> ENVIRONMENTS = List.of(
            Map.of(),
            Map.of("A", ""),
            Map.of("A", "a/b/c.tar.gz", "B", "b"),
            Map.of("A", "*.?", "B", "a*"),
            Map.of("A", "one two\nthree  four", "B", "\\*"),
            Map.of("A", "$B ${B} \"x\" 'y' \\z", "B", "$0"),
            Map.of("A", "aaaa", "B", "aa", "AB", "x"),
            Map.of("A", "é😀é", "É", "upper", "中", "cjk"));

    private static final List<String> MODIFIERS = List.of(
            "", ":-x", "-x", ":+x", "+x", ":?x", "?x", ":?", "?", ":-", "-", ":+", "+", ":=x", "=x", ":", "^", "^^", ",", "@Q", "!",
            ":0:1", ":-$B", ":-${B}", ":-${B:-${C:-y}}", ":-\"q r\"", ":-'$B'", ":-\\}", ":-\\$B", "#*/", "##*/", "%.*", "%%.*",
            "%/*", "%%/*", "#a", "#?", "##", "%%", "#", "%", "#*", "##*", "%*", "%%*", "#\\*", "#'*'", "#\"*\"", "#$B", "#\"$B\"",
            "#\\?", "#\\a", "#\\", "##*b*", "%%b*", "#*\\/", "%\\}", "#[ab]", "#(a|b)", "#a.b", "#^a", "#é", "#?😀", "%😀?",
            ":#a", ":%a", "/a/b", "//a/b", "/a/", "//a/", "/a", "//a", "/*/x", "//*/x", "//?/x", "//a*/x", "/\\//x", "//\\//x",
            "//\\*/x", "//$B/x", "//a/$B", "//a/\\$0", "//a/\\$\\{0\\}", "//a/\"$B\"", "//a/'$1'", "/a/'$1'", "//a/x\\/y", "// /_",
            "///x", "//", "/", "//b/$$", "//b/a\\}c", "/'a/b'/x", "/\"/\"/x", "//\n/x", "//.*/x");

    private static final List<String> WORDS = List.of(
            "", "a", "$A", "$A$B", "${A}${B}", "$AB", "${A}B", "x$A.y", "\\$A", "\\\\$A", "\\\\\\$A", "'$A'", "\"$A\"", "\"'$A'\"",
            "'\"$A\"'", "\"\\$A\"", "\"\\\\$A\"", "\"\\a\"", "'\\a'", "\\a", "a\\", "\"a\\", "'", "\"", "$", "$$", "$$A", "$1", "$12x",
            "$0", "$01", "$@", "$*", "$#", "$?", "$-", "$!", "$.", "${", "${}", "${:-a}", "${{A}}", "${A", "${A:", "${A:-", "${A:-x",
            "${A/", "${A/a", "${A/a/", "${1}", "${0:-x}", "${@}", "${#}", "${#A}", "${-}", "${-:-x}", "${!A}", "${$}", "${?}", "${??x}",
            "$É", "${É}", "$中文", "$_", "$_A", "$A-$B", "a b", " a  b ", "\"a b\" c", "a\\ b", "a\tb\nc", "a\u00a0b", "a\u2003b",
            "a'b'\"c\"d", "''", "\"\"", "a''b", "<<", "<< $A", "<<$A", "a<b", "a<<<b", "\uFEFF$A", "\uFEFF\uFEFFa", "`$A", "`a", "``$A",
            "\"`$A\"", "\"``a\"", "a`", "\u0000", "a\u0000$A", "😀$A😀", "x${A:-y}z", "x${A}y ${B:-z}", "${A:-a b}", "$A ${A:+x y} z",
            "\\", "\\\\", "\\'", "\\\"", "'a'\\''b'", "\"$\"", "\"${A\"", "\"${A:-\"x\"}\"", "\"${A:-'x'}\"", "'${A'", "${A:-}}", "${A}}");

    /** Of what random words are made. */
    private static final String[] PIECES = {
        "$A", "$B", "${A", "${B", "}", ":-", "-", ":+", ":?", "#", "##", "%", "%%", "/", "//", "*", "?", "\\", "`", "\"", "'", " ", "\n",
        "a", "b", "c", "/", ".", "é", "😀", "$", "$$", "${", "1", "_", "<<", "=", "\u00a0", "[", "]", "^", "(", ")", "|", "+", "."
    };

    @Test
    void everyWordOfTheTableIsExpandedAsBuildKitExpandsIt() {
        List<ObjectNode> questions = new ArrayList<>();
        for (Map<String, String> environment : ENVIRONMENTS) {
            for (String escape : List.of("\\", "`")) {
                WORDS.forEach(word -> questions.add(question(word, escape, environment)));
                for (String modifier : MODIFIERS) {
                    questions.add(question("${A" + modifier + "}", escape, environment));
                    questions.add(question("x\"${A" + modifier + "}\" y", escape, environment));
                }
            }
        }
        assertThat(differences(questions)).isEmpty();
    }

    /** {@code -Dstrata.dockerfile.seed} repeats a run, {@code -Dstrata.dockerfile.changed} says how many. */
    @Test
    void randomWordsAreExpandedAsBuildKitExpandsThem() {
        Random random = new Random(SEED);
        List<ObjectNode> questions = new ArrayList<>();
        for (int i = 0; i < RANDOM * 5; i++) {
            StringBuilder word = new StringBuilder(random.nextBoolean() ? "${A" : "");
            for (int left = 1 + random.nextInt(8); left > 0; left--) {
                word.append(PIECES[random.nextInt(PIECES.length)]);
            }
            word.append(random.nextBoolean() ? "}" : "");
            questions.add(question(
                    word.toString(),
                    random.nextInt(4) == 0 ? "`" : "\\",
                    ENVIRONMENTS.get(random.nextInt(ENVIRONMENTS.size()))));
        }
        assertThat(differences(questions)).as("seed %d", SEED).isEmpty();
    }

    private static ObjectNode question(String word, String escape, Map<String, String> environment) {
        ObjectNode question = BuildKitReader.JSON.createObjectNode().put("word", word).put("escape", escape);
        environment.forEach(question.putObject("env")::put);
        return question;
    }

    private static List<String> differences(List<ObjectNode> questions) {
        List<JsonNode> answers = BuildKitReader.ask("expand", questions);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < questions.size() && differences.size() < SHOWN; i++) {
            JsonNode strata = BuildKitReader.JSON.valueToTree(answer(questions.get(i)));
            if (!strata.equals(answers.get(i))) {
                differences.add(questions.get(i) + ": BuildKit " + answers.get(i) + ", Strata " + strata);
            }
        }
        return differences;
    }

    private static Map<String, Object> answer(ObjectNode question) {
        Map<String, String> environment = new HashMap<>();
        question.get("env").properties().forEach(each -> environment.put(each.getKey(), each.getValue().stringValue()));
        Expansion expansion = Expansion.of(question.get("escape").stringValue().charAt(0), environment);
        String word = question.get("word").stringValue();
        return Map.of(
                "word", orError(() -> expansion.word(word)),
                "words", orError(() -> expansion.words(word)),
                "document", orError(() -> expansion.document(word)));
    }

    private static Object orError(Supplier<Object> value) {
        try {
            return value.get();
        } catch (DockerfileException refused) {
            return Map.of("error", true);
        }
    }
}
