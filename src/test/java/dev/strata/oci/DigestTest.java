package dev.strata.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

    private static final String HEX_64 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @ParameterizedTest
    @CsvSource({
        "SHA256, '', sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "SHA256, abc, sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "SHA512, abc, sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    })
    void contentHasADigest(DigestAlgorithm algorithm, String content, String expected) {
        Digest digest = Digest.ofContent(algorithm, content.getBytes(UTF_8));
        assertThat(digest).hasToString(expected).isEqualTo(Digest.of(expected));
        assertThat(digest.algorithm()).isEqualTo(algorithm);
    }

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    void bytesAndTextAreTheSameDigest(DigestAlgorithm algorithm) {
        Digest digest = Digest.ofContent(algorithm, "abc".getBytes(UTF_8));
        assertThat(digest.bytes()).hasSize(algorithm.bytes());
        assertThat(Digest.ofBytes(digest.bytes())).isEqualTo(digest).hasSameHashCodeAs(digest);
        assertThat(Digest.of(digest.toString())).isEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        ":",
        "sha256",
        "sha256:",
        ":" + HEX_64,
        "sha256:notadigest",
        "sha256:" + HEX_64 + "0",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:/3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:\u0663\u0663b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        " sha256:" + HEX_64,
        "sha256:" + HEX_64 + "\n",
        "SHA256:" + HEX_64,
        "sha512:" + HEX_64,
        "sha256::" + HEX_64,
        "sha384:" + HEX_64,
        "sha256+b64u:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "blake3:" + HEX_64,
        "md5:d41d8cd98f00b204e9800998ecf8427e"
    })
    void whatIsNoDigestIsInvalid(String text) {
        Invalid.assertInvalid(() -> Digest.of(text), Problem.DIGEST_INVALID, ErrorCode.DIGEST_INVALID);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 63, 65})
    void noAlgorithmHasOtherLengths(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> Digest.ofBytes(new byte[length]));
    }

    @Test
    void whatAnswersSayNamesTheDigest() {
        RegistryException e =
                Invalid.assertInvalid(() -> Digest.of("sha256:x"), Problem.DIGEST_INVALID, ErrorCode.DIGEST_INVALID);
        assertThat(e.detail().toString()).contains("sha256:x");
        assertThat(e).hasMessageContaining("64 lower-case hex digits");
    }
}
