package dev.strata.dockerfile;

/** What is wrong with a piece of text, thrown where the line that it stands on is not known. */
final class SyntaxProblem extends RuntimeException {

    SyntaxProblem(String reason) {
        super(reason, null, false, false);
    }

    DockerfileException at(int line) {
        return new DockerfileException(line, String.valueOf(getMessage()));
    }
}
