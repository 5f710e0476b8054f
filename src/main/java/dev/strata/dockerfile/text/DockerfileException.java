package dev.strata.dockerfile.text;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;

/** Text that is not what the Dockerfile language allows. The message begins with the line. */
public class DockerfileException extends RegistryException {

    private final int line;
    private final String reason;

    /**
     * @param line where it stands, counted from 1
     * @param reason what is wrong, without the line
     */
    public DockerfileException(int line, String reason) {
        super(Problem.PARAMETER_INVALID, "line " + line + ": " + reason, Map.of("line", line, "reason", reason));
        this.line = line;
        this.reason = reason;
    }

    /** Where it stands, counted from 1. */
    public int line() {
        return line;
    }

    /** What is wrong, without the line. */
    public String reason() {
        return reason;
    }
}
