package dev.strata.bench;

import java.io.IOException;

/** Starts the benchmark; {@code --help} says what it takes. Exits with 1 if a case failed, 2 if it could not begin. */
public final class Benchmark {

    private Benchmark() {
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println(Options.HELP);
            System.exit(2);
            return;
        }
        if (options.help()) {
            System.out.println(Options.HELP);
            return;
        }
        Workspace opened;
        try {
            opened = Workspace.open(options.workDirectory(), options.scale().diskBytes());
        } catch (IOException refused) {
            System.err.println(refused.getMessage());
            System.exit(2);
            return;
        }
        boolean clean;
        try (Workspace workspace = opened) {
            if (!options.growth().isEmpty()) {
                new DatabaseGrowth(workspace).measure(options.growth());
                return;
            }
            clean = new Run(options, workspace).execute();
        }
        if (!clean) {
            System.exit(1);
        }
    }
}
