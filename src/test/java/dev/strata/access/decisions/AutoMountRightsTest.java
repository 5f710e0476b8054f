package dev.strata.access.decisions;

import static dev.strata.testing.RegistryClient.blob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.callers.TestCallers;
import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.oci.Digest;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** A blob comes from another repository only where the caller may push here and pull there. */
@WithRules
class AutoMountRightsTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @BeforeEach
    void grant() {
        policy.become("""
                grants:
                  - {who: [account:ann, account:bob], on: mounts/here/**, may: [pull, push]}
                  - {who: "account:cid", on: mounts/here/**, may: pull}
                  - {who: "account:job", on: mounts/here/**, may: [pull, cache], cache: main}
                  - {who: [account:ann, account:cid, account:job], on: mounts/there, may: pull}
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ann |                                             | 200
            bob |                                             | 404
            cid |                                             | 404
            job |                                             | 200
            ann | mounts/here/%1$s=pull,push mounts/there=pull | 200
            ann | mounts/here/%1$s=pull mounts/there=pull      | 404
            ann | mounts/here/%1$s=pull,push                   | 404
            ann | mounts/here/%1$s=pull,push mounts/there=push | 404
            """)
    void aQuestionLinksWhatMayBePulledThereWhereOneMayPush(String account, String token, int status) {
        int seed = 8_000 + (account + token).hashCode();
        String name = account + Integer.toHexString(seed);
        byte[] content = Content.random(seed, 300);
        Digest digest = registry.pushBlob("mounts/there", content);
        Digest nowhere = Content.sha256(Content.random(seed + 1, 300));
        registry.pushBlob("mounts/here/" + name, Content.random(seed + 2, 300));
        RegistryClient client = token == null
                ? registry.with(TestCallers.CALLER, "account " + account)
                : registry.with(TestCallers.CALLER, "account " + account, TestCallers.TOKEN, token.formatted(name));

        Answer answer = client.head(blob("mounts/here/" + name, digest));
        Answer absent = client.head(blob("mounts/here/" + name, nowhere));

        assertThat(answer).hasStatus(status);
        assertThat(absent).hasStatus(404);
        if (status == 404) {
            assertThat(answer.find("Content-Length")).isEqualTo(absent.find("Content-Length"));
        }
        assertThat(registry.getBlob("mounts/here/" + name, digest)).hasStatus(status);
    }

    @ParameterizedTest
    @CsvSource({"ann, 201", "bob, 400", "cid, 403", "job, 201"})
    void anUploadThatBeginsWithTheDigestDoesSoToo(String account, int status) {
        byte[] content = Content.random(8_500 + account.hashCode(), 300);
        Digest digest = registry.pushBlob("mounts/there", content);
        RegistryClient client = registry.with(TestCallers.CALLER, "account " + account);
        String path = "/v2/mounts/here/pushed-" + account + "/blobs/uploads/?digest=";
        assertThat(client.post(path + digest)).hasStatus(status);
        if (status == 400) {
            Answer absent = client.post(path + Content.sha256(Content.random(8_600, 300)));
            assertThat(absent).hasStatus(400);
        }
        assertThat(registry.getBlob("mounts/here/pushed-" + account, digest)).hasStatus(status == 201 ? 200 : 404);
    }
}
