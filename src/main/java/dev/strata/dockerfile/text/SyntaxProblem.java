package dev.strata.dockerfile.text;

/** What is wrong with a piece of text, thrown where the line that it stands on is not known. */
public final class SyntaxProblem extends RuntimeException {

    public SyntaxProblem(String reason) {
        super(reason, null, false, false);
    }

    public DockerfileException at(int line) {
        return new DockerfileException(line, String.valueOf(getMessage()));
    }
}
