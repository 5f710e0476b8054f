package dev.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One run of the benchmark: all servers are started and filled, each case is warmed up on each, and then the rounds
 * go through the cases, and each case through the servers, in an order that changes from round to round.
 */
final class Run {

    private final Options options;
    private final Workspace workspace;
    private final Scale scale;
    private final Results results = new Results();
    private final List<Case> cases;
    private final long begin = System.nanoTime();

    Run(Options options, Workspace workspace) {
        this.options = options;
        this.workspace = workspace;
        this.scale = options.scale();
        List<Case> all = options.shared() ? Cases.shared(scale) : Cases.all(scale, options.rounds());
        this.cases = all.stream().filter(one -> options.only().matcher(one.id()).find()).toList();
    }

    /** Runs, prints the report and writes it; says whether no case failed. */
    boolean execute() throws IOException, InterruptedException {
        if (!options.shared()) {
            return execute(Optional.empty());
        }
        try (SharedStorage shared = SharedStorage.start(workspace)) {
            return execute(Optional.of(shared));
        }
    }

    private boolean execute(Optional<SharedStorage> shared) throws IOException, InterruptedException {
        if (options.document().isPresent()) {
            new Document(options.document().get()).requirePlace();
        }
        Map<String, String> circumstances = Machine.describe();
        List<String> missing = new ArrayList<>();
        List<Server> servers = Programs.servers(options, shared, missing);
        missing.forEach(name -> say("%s was not found and is left out", name));
        Map<String, String> descriptions = new LinkedHashMap<>();
        for (Server server : servers) {
            descriptions.put(server.name(), server.description());
        }
        List<Target> targets = start(servers);
        pass(targets);
        for (int round = 0; round < options.rounds(); round++) {
            measureRound(round, targets);
        }
        targets.forEach(target -> results.note(target.notes()));
        Report report = new Report(circumstances, scale.label(), options.rounds(), descriptions, missing, cases,
                options.shared() ? Aim.shared() : Aim.all(), results);
        JsonReport.write(report, options.json());
        if (options.document().isPresent()) {
            new Document(options.document().get()).write(DocumentReport.write(report));
            say("the tables are in %s", options.document().get());
        }
        System.out.println(MarkdownReport.write(report));
        say("figures of each round are in %s", options.json());
        return results.failures().isEmpty();
    }

    private List<Target> start(List<Server> servers) throws IOException, InterruptedException {
        Fixture fixture = new Fixture(scale);
        List<Target> targets = new ArrayList<>();
        for (Server server : servers) {
            List<Case> fitting = cases.stream().filter(one -> one.fits(server)).toList();
            Set<Seed> seeds = EnumSet.noneOf(Seed.class);
            fitting.forEach(one -> seeds.addAll(one.needs()));
            say("%s: starting and filling it", server.name());
            try {
                RunningServer running = RunningServer.start(server, workspace, server.name());
                new Seeder(running, fixture, scale).seed(seeds);
                if (server instanceof Strata && seeds.contains(Seed.CACHE) && !options.shared()) {
                    running.stop();
                    CacheFiller.fill(running.data(), scale.cacheEntries());
                    running = RunningServer.start(server, workspace, server.name());
                }
                targets.add(new Target(running, fixture, scale, workspace));
            } catch (IOException | CaseFailedException failure) {
                say("%s could not be started or filled: %s", server.name(), failure.getMessage());
                fitting.forEach(one -> results.fail(one, server, "not started or filled: " + failure.getMessage()));
            }
        }
        return targets;
    }

    /** Lets every server do everything before anything counts: a JVM compiles what it has seen often. */
    private void pass(List<Target> targets) throws IOException, InterruptedException {
        for (Target target : targets) {
            say("%s: warming up", target.running().server().name());
            for (Case one : cases) {
                attempt(one, target, () -> {
                    for (int pass = 0; pass < scale.passes(); pass++) {
                        one.warmUp(target);
                    }
                });
            }
        }
    }

    private void measureRound(int round, List<Target> targets) throws IOException, InterruptedException {
        say("round %d of %d: the machine alone", round + 1, options.rounds());
        results.add(Ceilings.measure(workspace.directory(), scale.large()));
        List<Target> order = new ArrayList<>(targets);
        Collections.rotate(order, -round);
        for (Case one : cases) {
            StringBuilder line = new StringBuilder();
            for (Target target : order) {
                attempt(one, target, () -> line.append("  ").append(measure(one, target)));
            }
            say("round %d of %d: %s:%s", round + 1, options.rounds(), one.id(), line);
            // So that each server follows each other one, not always the same.
            Collections.rotate(order, 1);
        }
    }

    private String measure(Case one, Target target) throws IOException, InterruptedException {
        one.warmUp(target);
        List<ProcessHandle> processes = target.running().processes();
        long wall = System.nanoTime();
        Duration machineBefore = Usage.machineTime();
        Duration clientBefore = Usage.ownProcessorTime();
        Duration serverBefore = Usage.processorTime(processes);
        double value = one.measure(target);
        double elapsed = System.nanoTime() - wall;
        double client = Usage.ownProcessorTime().minus(clientBefore).toNanos() / elapsed;
        double server = Usage.processorTime(processes).minus(serverBefore).toNanos() / elapsed;
        double machine = Usage.machineTime().minus(machineBefore).toNanos() / elapsed;
        results.add(one, target.running().server(),
                new Measurement(value, client, server, Math.max(0, machine - client - server)));
        return "%s %.4g %s".formatted(target.running().server().name(), value, one.unit().symbol());
    }

    /** Does something of a case; a failure is kept for the report, and the case is not tried again on that server. */
    private void attempt(Case one, Target target, Step step) throws InterruptedException {
        Server server = target.running().server();
        if (!one.fits(server) || results.hasFailed(one, server)) {
            return;
        }
        try {
            try {
                step.run();
            } finally {
                target.reclaim();
            }
        } catch (IOException | CaseFailedException failure) {
            say("%s failed on %s: %s", one.id(), server.name(), failure.getMessage());
            results.fail(one, server, String.valueOf(failure.getMessage()) + lastWords(target));
        }
    }

    private static String lastWords(Target target) {
        try {
            String words = target.running().lastWords();
            return words.isBlank() ? "" : "; it last printed: " + words;
        } catch (IOException unreadable) {
            return "; its output cannot be read: " + unreadable;
        }
    }

    private void say(String format, Object... values) {
        System.err.printf("[%4d s] %s%n", (System.nanoTime() - begin) / 1_000_000_000, format.formatted(values));
    }

    /** Part of a case's work. */
    private interface Step {
        void run() throws IOException, InterruptedException;
    }
}
