package dev.strata.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WithoutArgumentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~RUN |1 TOKEN=s3cr3t /bin/sh -c npm ci # buildkit~ | ~RUN |1 … /bin/sh -c npm ci # buildkit~",
                "~RUN |2 A=1 TOKEN=s3cr3t and more /bin/bash -o pipefail -c make /x # buildkit~ | ~RUN |2 … /bin/bash -o pipefail -c make /x # buildkit~",
                "~RUN |1 TOKEN=s3cr3t make all # buildkit~ | ~RUN |1 …~",
                "~|1 TOKEN=s3cr3t /bin/sh -c make~ | ~|1 … /bin/sh -c make~",
                "~ARG TOKEN=s3cr3t~ | ~ARG TOKEN=…~",
                "~/bin/sh -c #(nop)  ARG TOKEN=s3cr3t~ | ~/bin/sh -c #(nop)  ARG TOKEN=…~",
                "~ARG A=1 TOKEN=s3cr3t~ | ~ARG A=…~",
                "~ARG TOKEN~ | ~ARG TOKEN~",
                "~ENV A=1~ | ~ENV A=1~",
                "~RUN /bin/sh -c echo |1 a=b # buildkit~ | ~RUN /bin/sh -c echo |1 a=b # buildkit~"
            })
    void valuesOfArgumentsAreLeftOut(String createdBy, String shown) {
        History history = new History(Optional.empty(), createdBy, "", "", false);

        assertThat(history.withoutArguments()).isEqualTo(shown);
    }
}
