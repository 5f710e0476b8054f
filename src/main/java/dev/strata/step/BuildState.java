package dev.strata.step;

import dev.strata.oci.ImageConfig;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What instructions without a layer have set up to some point of a build, as far as a later command can see it. A change
 * costs what it says, however much there is already.
 */
public final class BuildState {

    public static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");
    public static final String PATH = "PATH";
    /** What builders add where an image has no PATH. */
    public static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final String ROOT = "/";
    /** No kernel takes a longer one. */
    private static final int LONGEST_CWD = 4096;
    private static final int LONGEST_SHELL = 512;
    /** Characters of all variables. A kernel hands a command no more than two megabytes. */
    private static final int MOST_TEXT = 2 * 1024 * 1024;

    private final Map<String, String> env = new LinkedHashMap<>();
    private final Map<String, String> arguments = new HashMap<>();
    /** The environment over the build arguments. */
    private final Map<String, String> visible = new HashMap<>();
    private String user = "";
    private String cwd = ROOT;
    private List<String> shell = DEFAULT_SHELL;
    private long text;
    private int longest;

    /** What a build on scratch starts from. */
    public BuildState() {}

    /** What an image leaves to the build that starts from it. */
    public BuildState(ImageConfig config) {
        for (String variable : config.env()) {
            int equals = variable.indexOf('=');
            setEnv(equals < 0 ? variable : variable.substring(0, equals), equals < 0 ? "" : variable.substring(equals + 1));
        }
        setUser(config.user());
        enter(config.workingDir());
        setShell(config.shell().isEmpty() ? DEFAULT_SHELL : config.shell());
    }

    public void setEnv(String name, String value) {
        replace(env, name, value);
        visible.put(name, value);
    }

    /** Declares a build argument, with its default; empty without one. */
    public void declare(String name, String value) {
        replace(arguments, name, value);
        if (!env.containsKey(name)) {
            visible.put(name, value);
        }
    }

    private void replace(Map<String, String> variables, String name, String value) {
        String before = variables.put(name, value);
        text += before == null ? name.length() + value.length() : value.length() - before.length();
        longest = Math.max(longest, value.length());
    }

    public void setUser(String name) {
        user = name;
    }

    /** @param path absolute, or relative to where it stands */
    public void enter(String path) {
        cwd = path.length() > LONGEST_CWD || cwd.length() > LONGEST_CWD ? cwd + ROOT + path : resolve(cwd, path);
    }

    public void setShell(List<String> words) {
        shell = List.copyOf(words);
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

    /** Where commands run, as an absolute path. */
    public String cwd() {
        return cwd;
    }

    /** What runs the shell form of commands. */
    public List<String> shell() {
        return shell;
    }

    public boolean hasArgument(String name) {
        return arguments.containsKey(name);
    }

    /** The environment over the build arguments, as instructions see it that name a variable. Goes on with later changes. */
    public Map<String, String> visible() {
        return Collections.unmodifiableMap(visible);
    }

    /** The length of the longest value that there ever was. */
    public int longestValue() {
        return longest;
    }

    /**
     * What a command sees: the environment over its build arguments.
     *
     * @param argumentValues the arguments' values for this command
     */
    public TreeMap<String, String> environment(Map<String, String> argumentValues) {
        TreeMap<String, String> all = new TreeMap<>(argumentValues);
        all.putAll(env);
        return all;
    }

    /** Whether an image that ends so says just this. */
    public boolean isThatOf(ImageConfig config) {
        BuildState end = new BuildState(config);
        return env.equals(end.env) && user.equals(end.user) && cwd.equals(end.cwd);
    }

    /** A path as an absolute one, without {@code .}, {@code ..} and doubled slashes. */
    private static String resolve(String cwd, String path) {
        Deque<String> parts = new ArrayDeque<>();
        String whole = path.startsWith(ROOT) ? path : cwd + ROOT + path;
        for (String part : whole.split(ROOT)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return ROOT + String.join(ROOT, parts);
    }
}
