package dev.strata.agent.build;

import dev.strata.agent.AgentException;
import dev.strata.agent.images.Connections;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.login.HandedLogin;
import dev.strata.agent.login.LoginException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Hands the builder the login that the agent has for the target's registry and the builder would not find, and the authorities
 * that the user trusts there. Where that cannot be done, it is said once, and the builder works with what it finds.
 */
public final class BuilderLogin implements Supplier<Map<String, String>>, AutoCloseable {

    private final Connections connections;
    private final ImageName target;
    private final Progress progress;
    private final HandedLogin handed;
    private boolean isSaid;

    public BuilderLogin(Connections connections, ImageName target, Progress progress) {
        this.connections = connections;
        this.target = target;
        this.progress = progress;
        this.handed = connections.handOver();
    }

    /** Variables of the environment for the builder's next command. */
    @Override
    public synchronized Map<String, String> get() {
        try {
            Map<String, String> variables = new HashMap<>();
            connections.authorities().ifPresent(file -> variables.putAll(handed.trust(file)));
            connections.forBuilder().ifPresent(login -> variables.putAll(handed.put(target.registry(), login)));
            return variables;
        } catch (LoginException | AgentException e) {
            if (e instanceof AgentException stopped && stopped.outcome() == AgentException.Outcome.INTERRUPTED) {
                throw stopped;
            }
            say(e);
            return Map.of();
        }
    }

    @Override
    public void close() {
        try {
            handed.close();
        } catch (LoginException e) {
            say(e);
        }
    }

    private void say(RuntimeException problem) {
        if (!isSaid) {
            isSaid = true;
            progress.note("the builder has to log in by itself: " + problem.getMessage());
        }
    }
}
