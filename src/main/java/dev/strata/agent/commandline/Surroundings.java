package dev.strata.agent.commandline;

import dev.strata.agent.builders.Builder;
import dev.strata.agent.connection.Http;
import dev.strata.agent.login.Logins;
import dev.strata.agent.process.Commands;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * What an agent works with.
 *
 * @param commands runs programs
 * @param builders makes the builder that the options name
 * @param limits what is put up with from registries
 * @param logins who the user is for them
 * @param input what is piped into the program
 */
record Surroundings(
        Commands commands,
        BiFunction<BuildOptions, Commands, Builder> builders,
        Http.Limits limits,
        Logins logins,
        InputStream input,
        InstantSource clock,
        RandomGenerator random) {

    static Surroundings real() {
        return new Surroundings(
                new Commands(),
                (options, commands) -> options.builder().open(commands, System.getenv()),
                Http.Limits.USUAL,
                Logins.of(System.getenv()),
                System.in,
                InstantSource.system(),
                RandomGenerator.getDefault());
    }
}
