package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Clients take several replicas of one registry in turn. All replicas run meanwhile, also those that nobody asks: so their
 * number is all that differs.
 */
record ReplicasCase(Case single, int asked, Traffic traffic, Others others) implements Case {

    static final List<Integer> COUNTS = List.of(1, 2, 4);

    /** What the clients do. */
    interface Traffic {
        Clients.Throughput run(Target target, List<InetSocketAddress> servers, Duration length)
                throws IOException, InterruptedException;
    }

    /** The replicas besides the one that is measured anyway; they are started once, and end with the run. */
    static final class Others {

        private final List<RunningServer> running = new ArrayList<>();

        private List<InetSocketAddress> with(Target target) throws IOException, InterruptedException {
            while (running.size() < COUNTS.getLast() - 1) {
                running.add(RunningServer.start(
                        target.running().server(), target.workspace(), "replica-" + (running.size() + 2)));
            }
            List<InetSocketAddress> all = new ArrayList<>(List.of(target.address()));
            running.forEach(server -> all.add(server.address()));
            return all;
        }
    }

    @Override
    public String id() {
        return "replicas-" + asked + "-" + single.id();
    }

    @Override
    public String title() {
        return single.title() + ", " + (asked == 1 ? "1 replica" : asked + " replicas");
    }

    @Override
    public Unit unit() {
        return single.unit();
    }

    @Override
    public Set<Seed> needs() {
        return single.needs();
    }

    @Override
    public boolean fits(Server server) {
        return server instanceof Strata;
    }

    /** As long as it is measured: each replica has code of its own to compile. */
    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        run(target);
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        return run(target).perSecond();
    }

    private Clients.Throughput run(Target target) throws IOException, InterruptedException {
        return traffic.run(target, others.with(target).subList(0, asked), target.scale().window());
    }
}
