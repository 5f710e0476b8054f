package dev.strata.agent.process;

import java.io.IOException;

/** A program that tells what it was given, and then has another one tell what that was given. */
final class PrintedArguments {

    private PrintedArguments() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Utf8Restart.whereLettersAreLost(arguments, System.getenv());
        for (String argument : arguments) {
            argument.chars().forEach(unit -> System.out.print(Integer.toHexString(unit) + " "));
        }
        System.out.flush();
        ProcessBuilder builder = new ProcessBuilder(
                "sh", "-c", "printf %s \"$1\" | od -An -tx1; printf %s \"$LC_ALL\"", "sh", arguments[0]);
        Utf8Restart.undo(builder.environment());
        System.exit(builder.inheritIO().start().waitFor());
    }
}
