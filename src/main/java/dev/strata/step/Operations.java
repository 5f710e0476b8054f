package dev.strata.step;

import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Mount;
import dev.strata.dockerfile.words.Expansion;
import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** How instructions become operations: the same for who plans a build and for who is asked for the layer of one instruction. */
public final class Operations {

    /**
     * Where the contents come from that an instruction takes.
     *
     * @param <E> what is thrown where they are not known
     */
    public interface Contents<E extends Exception> {

        Content copied(Instruction.Copy copy) throws E;

        Content added(Instruction.Add add) throws E;

        /** @param mount a bind mount */
        Content bound(Mount mount) throws E;
    }

    private static final Pattern REMOTE = Pattern.compile("[a-z+]+://.*|git@.*|github\\.com/.*");
    private static final Pattern FILE = Pattern.compile("https?://.*");
    private static final Pattern REPOSITORY = Pattern.compile(".*\\.git([#?].*)?");
    private static final int DOWNLOAD_MODE = 0600;

    private Operations() {}

    /**
     * What an instruction does.
     *
     * @param instruction an expanded one
     * @param state what the stage has set up when the instruction is through
     * @param expansion how variables are expanded in what the parser left as it stands
     * @param network what is said for the whole build; the instruction's own word counts before it
     * @return empty where it makes no layer
     * @throws RegistryException STEP_INVALID where not all that a command can see is known
     */
    public static <E extends Exception> Optional<Operation> of(
            Instruction instruction,
            BuildState state,
            Expansion expansion,
            Optional<String> network,
            Contents<E> contents)
            throws E {
        return switch (instruction) {
            case Instruction.Run run -> Optional.of(run(run, state, expansion, network, contents));
            case Instruction.Copy copy ->
                Optional.of(transfer(Operation.Copy.Kind.COPY, copy, state, contents.copied(copy)));
            case Instruction.Add add -> Optional.of(transfer(kind(add), add, state, contents.added(add)));
            case Instruction.Workdir workdir -> Optional.of(new Operation.Workdir(state.cwd(), state.user()));
            default -> Optional.empty();
        };
    }

    private static <E extends Exception> Operation run(
            Instruction.Run run, BuildState state, Expansion expansion, Optional<String> network, Contents<E> contents)
            throws E {
        if (!run.devices().isEmpty()) {
            throw unknown("what a device does is not known");
        }
        List<StepMount> mounts = new ArrayList<>();
        for (Mount mount : run.mounts(expansion)) {
            mounts.add(mount(mount, contents));
        }
        List<String> argv = new ArrayList<>(run.command().argv(state.shell()));
        run.command().script().ifPresent(script -> argv.add(script.content()));
        return new Operation.Run(
                argv,
                Environment.ofValues(state.visible()),
                state.user(),
                state.cwd(),
                mounts,
                run.network().or(() -> network).orElse(Operation.Run.DEFAULT_NETWORK),
                run.security().orElse(Operation.Run.DEFAULT_SECURITY));
    }

    private static <E extends Exception> StepMount mount(Mount mount, Contents<E> contents) throws E {
        boolean isBind = mount.type() == Mount.Type.BIND;
        boolean isCache = mount.type() == Mount.Type.CACHE;
        String target = mount.target().orElse("");
        if (!isBind && mount.from().isPresent()) {
            throw unknown("what the cache mount " + target + " begins with is not known");
        }
        Map<String, String> options = new HashMap<>(mount.options());
        String env = Optional.ofNullable(options.remove("env")).orElse("");
        options.keySet().removeAll(List.of("required", "sharing")); // change nothing that a command sees
        return new StepMount(
                mount.type().name().toLowerCase(Locale.ROOT),
                target,
                isBind ? "" : mount.id().or(mount::source).orElse(isCache ? target : ""),
                env,
                isBind ? Optional.of(contents.bound(mount)) : Optional.empty(),
                mount.readOnly(),
                options);
    }

    private static Operation transfer(
            Operation.Copy.Kind kind, Instruction.Transfer transfer, BuildState state, Content content) {
        return new Operation.Copy(
                kind,
                state.cwd(),
                transfer.destination(),
                transfer.chown().orElse(""),
                transfer.chmod().orElse(""),
                transfer.link(),
                transfer.exclude(),
                content);
    }

    /** A download is not unpacked, so that it is a copy. */
    private static Operation.Copy.Kind kind(Instruction.Add add) {
        return !isRemote(add) && add.unpack().orElse(true) ? Operation.Copy.Kind.ADD : Operation.Copy.Kind.COPY;
    }

    /** Whether an ADD takes something from elsewhere than the build context. */
    public static boolean isRemote(Instruction.Add add) {
        return add.sources().stream().anyMatch(source -> REMOTE.matcher(source).matches());
    }

    /** The file that an ADD downloads; empty where it is not certain what that is. */
    public static Optional<ContentList> download(Instruction.Add add) {
        if (add.sources().size() != 1 || add.unpack().isPresent()) {
            return Optional.empty();
        }
        String source = add.sources().getFirst();
        return add.checksum()
                .filter(sum -> sum.startsWith("sha256:"))
                .filter(sum -> FILE.matcher(source).matches() && !REPOSITORY.matcher(source).matches())
                .map(sum -> {
                    String url = source.replaceAll("[?#].*", "");
                    return ContentList.of(List.of(new ContentList.Entry.File(
                            url.substring(url.lastIndexOf('/') + 1), DOWNLOAD_MODE, Digest.of(sum))));
                });
    }

    private static RegistryException unknown(String message) {
        return new RegistryException(Problem.STEP_INVALID, message, Map.of("field", "instruction"));
    }
}
