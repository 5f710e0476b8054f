package dev.strata.upkeep.retention.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.ManifestJson;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules say, and what is no rule. */
class RuleCasesTest extends RetentionTestCase {

    /** Four images: a release of 40 days, one of a pull request of 40 days, one without a tag, and a new one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            |{'older-than':'30d'}                                   | release pr untagged
            {'tags':'v*'}           |{'older-than':'30d'}           | pr untagged
            {'newest':1}            |{'older-than':'30d'}           | release pr untagged
            {'newest':2}            |{'older-than':'30d'}           | release pr
            {'tags':'v*','newest':1}|{'older-than':'30d'}           | pr untagged
            {'tags':['v*','pr-*']}  |{'older-than':'30d'}           | untagged
            |{'tags':'pr-*','older-than':'30d'}                     | pr
            |{'tags':'pr-*','older-than':'50d'}                     |
            |{'more-than':3}                                        | release
            |{'more-than':1}                                        | release pr untagged
            |{'tags':'v*','more-than':1}                            |
            |{'untagged-since':'7d'}                                | untagged
            |{'untagged-since':'50d'}                               |
            {'pushed-within':'50d'} |{'more-than':1}                |
            {'pushed-within':'1d'}  |{'more-than':2}                | release pr
            |{'not-pulled-since':'30d'}                             | release untagged
            {'pulled-within':'30d'} |{'older-than':'30d'}           | release untagged
            |{'above':'4KB'}                                        | release untagged
            |{'above':'0B'}                                         | release pr untagged new
            {'newest':1}            |{'above':'0B'}                 | release pr untagged
            """)
    void theRulesSayWhatGoes(String keep, String remove, String going) {
        String repository = "retain/table" + Math.floorMod((keep + remove).hashCode(), 1_000_000);
        Digest release = pushTagged(repository, "v1", 1_000);
        CLOCK.moveOn(Duration.ofMinutes(1));
        Digest pr = pushTagged(repository, "pr-1", 1_010);
        CLOCK.moveOn(Duration.ofMinutes(1));
        ManifestJson withoutTag = push(repository, 1_020);
        Digest untagged = registry.pushManifest(repository, withoutTag.digest(), withoutTag);
        CLOCK.moveOn(Duration.ofDays(39));
        assertThat(registry.getManifest(repository, "pr-1")).hasStatus(200);
        CLOCK.moveOn(Duration.ofDays(1));
        Digest fresh = pushTagged(repository, "new", 1_030);
        rule("it", "{'on':'" + repository + "','keep':[" + (keep == null ? "" : keep) + "],'remove':[" + remove + "]}");

        String plan = preview(repository);
        List<String> expected = going == null ? List.of() : List.of(going.split(" "));
        assertThat(decision(plan, release).equals("remove")).as("release").isEqualTo(expected.contains("release"));
        assertThat(decision(plan, pr).equals("remove")).as("pr").isEqualTo(expected.contains("pr"));
        assertThat(decision(plan, untagged).equals("remove")).as("untagged").isEqualTo(expected.contains("untagged"));
        assertThat(decision(plan, fresh).equals("remove")).as("new").isEqualTo(expected.contains("new"));
        assertThat(plan(plan).at("/totals/remove").intValue()).isEqualTo(expected.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {}                                                              | 'on' is missing
            {'on':'a'}                                                      | a rule says what to keep or what to remove
            {'on':'a','remove':[{}]}                                        | here is one of
            {'on':'a','remove':[{'tags':'x'}]}                              | tags alone remove nothing
            {'on':'a','remove':[{'older-than':'soon'}]}                     | 'soon' is no age such as 30d
            {'on':'a','remove':[{'older-than':'-1d'}]}                      | is no age
            {'on':'a','remove':[{'newest':1}]}                              | there is no 'newest' here
            {'on':'a','remove':[{'more-than':0}]}                           | '0' is no number of images
            {'on':'a','remove':[{'above':'1GB','older-than':'1d'}]}         | above stands alone
            {'on':'a','remove':[{'older-than':'1d'}],'unattended':'perhaps'}| unattended is true or false
            {'on':'a','remove':[{'older-than':'1d'}],'name':'b'}            | there is no 'name' here
            """)
    void whatIsNoRuleIsRefused(String rule, String message) {
        Answer answer = putRule("wrong", rule);
        assertThat(answer).isError(400, ErrorCode.UNSUPPORTED);
        assertThat(answer.text()).contains(message);
    }
}
