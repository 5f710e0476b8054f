package dev.strata.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What every value does with input that is not one. */
final class Invalid {

    private Invalid() {}

    static RegistryException assertInvalid(ThrowingCallable call, Problem problem, ErrorCode code) {
        RegistryException e = catchThrowableOfType(RegistryException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.problem()).isEqualTo(problem);
        assertThat(e.problem().code()).isEqualTo(code);
        assertThat(e.getMessage()).isNotBlank();
        assertThat(e.detail()).isNotEmpty();
        return e;
    }
}
