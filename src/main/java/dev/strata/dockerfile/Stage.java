package dev.strata.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * One stage of a Dockerfile.
 *
 * @param index its place in the file, counted from 0
 * @param from the FROM that opens it
 * @param instructions what follows, up to the next FROM
 */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {

    /** The name behind AS, in lower case. */
    public Optional<String> name() {
        return from.stage();
    }

    Stage copy() {
        return new Stage(index, from, List.copyOf(instructions));
    }
}
