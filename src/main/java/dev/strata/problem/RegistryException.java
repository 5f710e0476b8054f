package dev.strata.problem;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that cannot be served, with what its answer says. Turned into an answer in one place, by {@code web}. */
public class RegistryException extends RuntimeException {

    private final Problem problem;
    private final transient Map<String, ?> detail;

    /**
     * @param problem what is wrong
     * @param message what was wrong in words that help the caller
     * @param detail names what was wrong; serialized as the error's {@code detail}
     */
    public RegistryException(Problem problem, String message, Map<String, ?> detail) {
        this(problem, message, detail, null);
    }

    public RegistryException(Problem problem, String message, Map<String, ?> detail, @Nullable Throwable cause) {
        // Clients cause these by the thousand and nobody reads their stack traces; a cause keeps its own.
        super(message, cause, false, false);
        this.problem = problem;
        this.detail = detail;
    }

    public Problem problem() {
        return problem;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    public Map<String, ?> detail() {
        return detail;
    }
}
