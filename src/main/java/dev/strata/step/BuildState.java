package dev.strata.step;

import dev.strata.dockerfile.Instruction;
import dev.strata.oci.ImageConfig;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the instructions of a stage have set up to some point of it, as far as a later command can see it. A change costs
 * what it says, however much there is already.
 */
public final class BuildState {

    public static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");
    public static final String PATH = "PATH";
    /** What builders add where an image has no PATH. */
    public static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final String WINDOWS = "windows";
    private static final String ROOT = "/";
    /** No kernel takes a longer one. */
    private static final int LONGEST_CWD = 4096;
    private static final int LONGEST_SHELL = 512;
    /** Characters of all variables. A kernel hands a command no more than two megabytes. */
    private static final int MOST_TEXT = 2 * 1024 * 1024;
    /** Arguments for BuildKit itself, which no command sees. */
    private static final Set<String> UNSEEN = Set.of("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE");

    /** Which of an ENV and an ARG of one name a command sees. */
    public enum Scoping {
        /** The ENV, wherever the two stand: the classic builder and buildah. */
        ENV_WINS,
        /** The one that stands behind the other: BuildKit. */
        LAST_WINS
    }

    private final Scoping scoping;
    private final Map<String, String> env = new LinkedHashMap<>();
    /** In the order of their declaration; without a value where nobody gives one. */
    private final Map<String, Optional<String>> arguments = new LinkedHashMap<>();
    /** Arguments that stand behind an ENV of their name, and win. */
    private final Set<String> overriding = new HashSet<>();
    /** What commands see of both. */
    private final Map<String, String> visible = new LinkedHashMap<>();
    private String user = "";
    private String cwd = ROOT;
    private List<String> shell = DEFAULT_SHELL;
    private long text;
    private int longest;

    /** What a build on scratch starts from. */
    public BuildState(Scoping scoping) {
        this.scoping = scoping;
    }

    /** What an image says of itself. */
    public BuildState(ImageConfig config, Scoping scoping) {
        this(scoping);
        config.env().forEach(this::setEnv);
        setUser(config.user());
        enter(config.workingDir());
        setShell(config.shell());
    }

    /** What the builders of today start from on an image. */
    public static BuildState onImage(ImageConfig config, Scoping scoping) {
        BuildState state = new BuildState(config, scoping);
        if (config.platform().filter(platform -> platform.os().equals(WINDOWS)).isEmpty()) {
            state.addDefaultPath();
        }
        return state;
    }

    /** A moment that later instructions do not change. */
    public BuildState copy() {
        BuildState copy = new BuildState(scoping);
        copy.env.putAll(env);
        copy.arguments.putAll(arguments);
        copy.overriding.addAll(overriding);
        copy.visible.putAll(visible);
        copy.user = user;
        copy.cwd = cwd;
        copy.shell = shell;
        copy.text = text;
        copy.longest = longest;
        return copy;
    }

    /** What a stage begins with that starts from the end of this one. An ENV of the image has the last word. */
    public BuildState inherited() {
        BuildState inherited = copy();
        inherited.visible.putAll(env);
        inherited.overriding.clear();
        return inherited;
    }

    /** Carries an expanded instruction out. An ARG is {@linkplain #declare declared} by who knows its value. */
    public void apply(Instruction instruction) {
        switch (instruction) {
            case Instruction.Env set -> set.assignments().forEach(each -> setEnv(each.name(), each.value()));
            case Instruction.User set -> setUser(set.name());
            case Instruction.Workdir set -> enter(set.path());
            case Instruction.Shell set -> setShell(set.words());
            default -> {}
        }
    }

    /** @param variable {@code NAME=value}; empty without a value */
    private void setEnv(String variable) {
        int equals = variable.indexOf('=');
        setEnv(equals < 0 ? variable : variable.substring(0, equals), equals < 0 ? "" : variable.substring(equals + 1));
    }

    public void setEnv(String name, String value) {
        count(name, Optional.ofNullable(env.put(name, value)), value);
        visible.put(name, value);
        overriding.remove(name);
    }

    /** Declares a build argument, with the value that it has; empty without one. */
    public void declare(String name, Optional<String> value) {
        Optional<String> before = arguments.put(name, value);
        count(name, before == null ? Optional.empty() : Optional.of(before.orElse("")), value.orElse(""));
        boolean hidden = scoping == Scoping.ENV_WINS && env.containsKey(name) || UNSEEN.contains(name);
        value.filter(given -> !hidden).ifPresent(given -> {
            visible.put(name, given);
            overriding.add(name);
        });
    }

    private void count(String name, Optional<String> before, String value) {
        text += before.isEmpty() ? name.length() + value.length() : value.length() - before.get().length();
        longest = Math.max(longest, value.length());
    }

    public void setUser(String name) {
        user = name;
    }

    /** @param path absolute, or relative to where it stands */
    public void enter(String path) {
        cwd = path.length() > LONGEST_CWD || cwd.length() > LONGEST_CWD
                ? cwd + ROOT + path
                : AbsolutePath.of(cwd, path);
    }

    /** @param words what runs the shell form of commands; the default shell where there are none */
    public void setShell(List<String> words) {
        shell = words.isEmpty() ? DEFAULT_SHELL : List.copyOf(words);
    }

    /** Adds the PATH that builders add where there is none. */
    public void addDefaultPath() {
        if (!env.containsKey(PATH)) {
            setEnv(PATH, DEFAULT_PATH);
        }
    }

    /** Whether a command can see so much at all. Where it cannot, nothing is to be told of it. */
    public boolean isPossible() {
        return text <= MOST_TEXT
                && cwd.length() <= LONGEST_CWD
                && shell.stream().mapToInt(word -> word.length() + 1).sum() <= LONGEST_SHELL;
    }

    public String user() {
        return user;
    }

    /** Where commands run, as an absolute path without what is superfluous in it. */
    public String cwd() {
        return cwd;
    }

    /** What runs the shell form of commands. */
    public List<String> shell() {
        return shell;
    }

    /** The declared build arguments with their values, where they have one, in their order. Goes on with later changes. */
    public Map<String, Optional<String>> arguments() {
        return Collections.unmodifiableMap(arguments);
    }

    /** What commands see of environment and build arguments, and instructions that name a variable. Goes on likewise. */
    public Map<String, String> visible() {
        return Collections.unmodifiableMap(visible);
    }

    /** The length of the longest value that there ever was. */
    public int longestValue() {
        return longest;
    }

    /**
     * What a command sees whose build arguments are known from elsewhere.
     *
     * @param argumentValues the arguments' values for this command
     */
    public TreeMap<String, String> environment(Map<String, String> argumentValues) {
        TreeMap<String, String> all = new TreeMap<>(env);
        argumentValues.forEach((name, value) -> {
            if (!env.containsKey(name) || overriding.contains(name)) {
                all.put(name, value);
            }
        });
        return all;
    }

    /** Whether an image that ends so says just this. */
    public boolean isThatOf(ImageConfig config) {
        BuildState end = new BuildState(config, scoping);
        return env.equals(end.env) && user.equals(end.user) && cwd.equals(end.cwd);
    }
}
