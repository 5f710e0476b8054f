package dev.strata.cache.lookup;

import dev.strata.cache.contents.ContentLists;
import dev.strata.cache.contents.ContentOutline;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.Instructions;
import dev.strata.cache.entries.MissReason;
import dev.strata.json.StrictJson;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Finds the entry that comes nearest to a step that misses, and tells them apart. A few bounded queries each time. */
@Component
class Nearest {

    private static final int CANDIDATES = 20;

    /** Stands for whatever a step takes. */
    private static final Content ANY = new Content.Files(Digest.ofContent(DigestAlgorithm.SHA256, new byte[0]));

    private final EntryReads table;
    private final ContentLists contents;
    private final Judgement judgement;

    Nearest(EntryReads table, ContentLists contents, Judgement judgement) {
        this.table = table;
        this.contents = contents;
        this.judgement = judgement;
    }

    /**
     * A step that misses.
     *
     * @param isFirst whether it stands on the base of its stage
     * @param asked what the caller said of it
     * @param outline that of the files that it takes; empty where they are not known
     */
    record Missed(
            Step step,
            StepKey key,
            boolean isFirst,
            ResolveRequest.StepRequest asked,
            Supplier<Optional<ContentOutline>> outline) {}

    /** A step that was run instead, and what tells it from the one that misses. */
    private record Compared(Step other, ExplainedMiss explanation) {

        boolean hasList() {
            return other.operation().listedContent().isPresent();
        }

        int differences() {
            return explanation.detail().values().stream().mapToInt(List::size).sum();
        }
    }

    /** @param miss what the look-up found */
    ExplainedMiss explain(long repositoryId, Missed missed, Lookup.Miss miss) {
        if (miss.reason() != MissReason.NEVER_SEEN) {
            return new ExplainedMiss(miss.reason(), Map.of(), miss.entry());
        }
        return inOtherScope(repositoryId, missed)
                .or(() -> onSameParent(repositoryId, missed))
                .or(() -> onOtherParent(repositoryId, missed))
                .or(() -> besides(repositoryId, missed))
                .orElse(ExplainedMiss.of(MissReason.NEVER_SEEN));
    }

    /** The very step, in a scope that the caller does not read. */
    private Optional<ExplainedMiss> inOtherScope(long repositoryId, Missed missed) {
        return table.findAnywhere(repositoryId, missed.key(), CANDIDATES).stream()
                .filter(judgement::stands)
                .findFirst()
                .map(found -> new ExplainedMiss(MissReason.SCOPE_DENIED, Map.of(), Optional.empty()));
    }

    /** The same instruction on the same stack. */
    private Optional<ExplainedMiss> onSameParent(long repositoryId, Missed missed) {
        Digest instruction = Instructions.digest(missed.step().operation());
        return table
                .findByParent(repositoryId, missed.step().parent(), Optional.of(instruction), CANDIDATES)
                .stream()
                .map(found -> compare(missed, found))
                // A step that copied from a stage is there twice: as such, and with the list of what it copied.
                .min(Comparator.comparingInt(Compared::differences)
                        .thenComparing(Compared::hasList, Comparator.reverseOrder()))
                .map(nearest -> withPaths(missed, nearest));
    }

    /** Names the files that differ, where both lists are known. */
    private ExplainedMiss withPaths(Missed missed, Compared nearest) {
        ExplainedMiss explanation = nearest.explanation();
        if (explanation.reason() != MissReason.CONTENT_CHANGED
                || !takesTheSame(missed.step().operation(), nearest.other().operation())) {
            return explanation;
        }
        return nearest.other()
                .operation()
                .listedContent()
                .flatMap(contents::find)
                .flatMap(before -> missed.outline().get().map(now -> explanation.withPaths(before.differences(now))))
                .orElse(explanation);
    }

    /** Whether the two differ in nothing but what their contents hold. */
    private static boolean takesTheSame(Operation one, Operation other) {
        return one.mapContents(content -> ANY).equals(other.mapContents(content -> ANY));
    }

    private Optional<ExplainedMiss> onOtherParent(long repositoryId, Missed missed) {
        Digest instruction = Instructions.digest(missed.step().operation());
        return table.findByInstruction(repositoryId, instruction, CANDIDATES).stream()
                .findFirst()
                .map(found -> new ExplainedMiss(
                        missed.isFirst() ? MissReason.BASE_MOVED : MissReason.PARENT_DIVERGED,
                        Map.of(),
                        Optional.of(found.entry())));
    }

    /** Another instruction on the same stack. */
    private Optional<ExplainedMiss> besides(long repositoryId, Missed missed) {
        return table.findByParent(repositoryId, missed.step().parent(), Optional.empty(), 1).stream()
                .findFirst()
                .map(found ->
                        new ExplainedMiss(MissReason.INSTRUCTION_CHANGED, Map.of(), Optional.of(found.entry())));
    }

    private Compared compare(Missed missed, FoundEntry found) {
        Step other = Step.of(StrictJson.read(table.step(found.id()), "the step", Problem.STEP_INVALID));
        Optional<Entry> nearest = Optional.of(found.entry());
        if (!other.platform().equals(missed.step().platform())) {
            return new Compared(
                    other,
                    new ExplainedMiss(
                            MissReason.PLATFORM, Map.of("platforms", List.of(other.platform().toString())), nearest));
        }
        Map<String, List<String>> detail = new TreeMap<>();
        MissReason reason =
                switch (missed.step().operation()) {
                    case Operation.Run run -> compareRuns(run, (Operation.Run) other.operation(), missed, detail);
                    case Operation.Copy copy -> compareCopies(copy, (Operation.Copy) other.operation(), detail);
                    case Operation.Workdir workdir -> {
                        detail.put("fields", List.of("user"));
                        yield MissReason.ENV_CHANGED;
                    }
                };
        return new Compared(other, new ExplainedMiss(reason, detail, nearest));
    }

    private static MissReason compareRuns(
            Operation.Run run, Operation.Run other, Missed missed, Map<String, List<String>> detail) {
        Map<String, Digest> env = run.env().digests();
        Map<String, Digest> otherEnv = other.env().digests();
        Set<String> variables = new TreeSet<>(env.keySet());
        variables.addAll(otherEnv.keySet());
        variables.removeIf(name -> Objects.equals(env.get(name), otherEnv.get(name)));
        List<String> fields = new ArrayList<>();
        addIfDifferent("user", run.user(), other.user(), fields);
        addIfDifferent("cwd", run.cwd(), other.cwd(), fields);
        addIfDifferent("network", run.network(), other.network(), fields);
        addIfDifferent("security", run.security(), other.security(), fields);
        addIfDifferent("mounts", run.mounts(), other.mounts(), fields);
        put("variables", List.copyOf(variables), detail);
        put("fields", fields, detail);
        if (fields.equals(List.of("mounts")) && variables.isEmpty()) {
            return MissReason.CONTENT_CHANGED;
        }
        return fields.isEmpty() && missed.asked().arguments().containsAll(variables)
                ? MissReason.ARG_CHANGED
                : MissReason.ENV_CHANGED;
    }

    private static MissReason compareCopies(
            Operation.Copy copy, Operation.Copy other, Map<String, List<String>> detail) {
        List<String> fields = new ArrayList<>();
        addIfDifferent("cwd", copy.cwd(), other.cwd(), fields);
        addIfDifferent("chown", copy.chown(), other.chown(), fields);
        addIfDifferent("chmod", copy.chmod(), other.chmod(), fields);
        addIfDifferent("link", copy.link(), other.link(), fields);
        addIfDifferent("exclude", copy.exclude(), other.exclude(), fields);
        put("fields", fields, detail);
        return fields.isEmpty() ? MissReason.CONTENT_CHANGED : MissReason.INSTRUCTION_CHANGED;
    }

    private static void addIfDifferent(String name, Object one, Object other, List<String> fields) {
        if (!one.equals(other)) {
            fields.add(name);
        }
    }

    private static void put(String kind, List<String> names, Map<String, List<String>> detail) {
        if (!names.isEmpty()) {
            detail.put(kind, List.copyOf(names));
        }
    }
}
