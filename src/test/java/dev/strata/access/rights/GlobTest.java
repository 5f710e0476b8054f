package dev.strata.access.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns of names. */
class GlobTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            team/web    , team/web        , true
            team/web    , team/webs       , false
            team/*      , team/web        , true
            team/*      , team/a/b        , false
            team/*      , team            , false
            team/*      , teams/web       , false
            team/**     , team/web        , true
            team/**     , team/a/b/c      , true
            team/**     , team            , false
            **          , anything/at/all , true
            *           , one             , true
            *           , one/two         , false
            */web       , team/web        , true
            */web       , a/b/web         , false
            **/web      , a/b/web         , true
            a*c*e       , abcde           , true
            a*c*e       , abde            , false
            a*c/*e      , abc/de          , true
            a*c/*e      , ab/c/de         , false
            pr-*        , pr-             , true
            *.*         , 1.2             , true
            ***         , a/b             , true
            v[0-9]      , v1              , false
            a?c         , abc             , false
            """)
    void matches(String pattern, String name, boolean expected) {
        assertThat(Glob.of(pattern).matches(name)).isEqualTo(expected);
    }

    @Test
    void agreesWithAPlainOne() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            String pattern = word(random, "ab/**", 8);
            String name = word(random, "aab/", 8);
            if (!pattern.isEmpty()) {
                assertThat(Glob.of(pattern).matches(name)).as("%s on %s", pattern, name)
                        .isEqualTo(PlainGlob.matches(pattern, name));
            }
        }
    }

    /** More than one word of bits. */
    @Test
    void agreesWithAPlainOneWherePatternsAreLong() {
        Random random = new Random(8);
        for (int i = 0; i < 2_000; i++) {
            String name = word(random, "ab/", 400);
            StringBuilder pattern = new StringBuilder(name);
            for (int star = 0; star < 3 && pattern.length() > 20; star++) {
                int from = random.nextInt(pattern.length() - 10);
                pattern.replace(from, from + random.nextInt(10), random.nextBoolean() ? "*" : "**");
            }
            assertThat(Glob.of(pattern + "b").matches(name + "b")).as("%s on %s", pattern, name)
                    .isEqualTo(PlainGlob.matches(pattern + "b", name + "b"));
        }
    }

    /** A matcher that goes back would not end within anybody's life. */
    @Test
    @Timeout(60)
    void noNameTakesLong() {
        Glob hostile = Glob.of("*a".repeat(250) + "b");
        for (int i = 0; i < 100; i++) {
            assertThat(hostile.matches("a".repeat(4_000))).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\0"})
    void refusesWhatIsNoPattern(String text) {
        assertThatThrownBy(() -> Glob.of(text)).isInstanceOf(InvalidGrantException.class);
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatThrownBy(() -> Glob.of("a".repeat(Glob.LONGEST + 1))).isInstanceOf(InvalidGrantException.class);
    }

    private static String word(Random random, String alphabet, int longest) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(longest); length > 0; length--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }
}
