package dev.strata.oci;

import static dev.strata.oci.Invalid.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainIdTest {

    private static final Digest LOWER =
            Digest.of("sha256:c6f988f4874bb0add23a778f753c65efe992244e148a1d2ec2a8b664fb66bbd1");
    private static final Digest UPPER =
            Digest.of("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

    @Test
    void theExampleOfTheImageSpecificationHasItsChain() {
        assertThat(ChainId.ofLayers(List.of(LOWER, UPPER)))
                .hasToString("Optional[sha256:c3191d32a37d7159b2e30830937d2e30268ad6c375a773a8994911a3aba9b93f]");
    }

    @Test
    void oneLayerIsItsOwnChainAndNoLayerIsNone() {
        assertThat(ChainId.ofLayers(List.of(LOWER))).contains(new ChainId(LOWER));
        assertThat(ChainId.ofLayers(List.of())).isEmpty();
    }

    @Test
    void aLayerLiesOnWhatIsBelowIt() {
        ChainId two = ChainId.above(Optional.of(new ChainId(LOWER)), UPPER);
        assertThat(ChainId.ofLayers(List.of(LOWER, UPPER, LOWER)))
                .contains(ChainId.above(Optional.of(two), LOWER));
        assertThat(ChainId.ofLayers(List.of(UPPER, LOWER))).isNotEqualTo(Optional.of(two));
    }

    @Test
    void anotherAlgorithmIsRefused() {
        assertInvalid(
                () -> ChainId.of("sha512:" + "a".repeat(128)), Problem.DIGEST_INVALID, ErrorCode.DIGEST_INVALID);
    }
}
