package dev.strata.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.ManifestText.Part;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.util.Optional;

/** Pulls from one process what was acknowledged, by whichever. */
record RunningLook(RegistryCalls calls) {

    /** @param expected what the tag points at; empty where it was deleted */
    void require(String repository, String tag, Optional<ManifestText> expected) throws IOException {
        Answer answer = calls.get("/v2/" + repository + "/manifests/" + tag);
        if (expected.isEmpty()) {
            answer.expect(404);
            return;
        }
        assertThat(answer.expect(200).body()).as("the manifest of %s:%s", repository, tag).isEqualTo(expected.get().content());
        for (Part part : expected.get().references()) {
            byte[] blob = calls.get("/v2/" + repository + "/blobs/" + part.digest()).expect(200).body();
            assertThat(Digests.sha256(blob)).as("a blob of %s:%s", repository, tag).isEqualTo(part.digest());
        }
    }
}
