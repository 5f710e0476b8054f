package dev.strata.cache;

import dev.strata.oci.ImageConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What instructions without a layer have set up to some point of a build, as far as a later command can see it.
 *
 * @param env the environment, in the order in which it came to be
 * @param arguments the build arguments that were declared, with their defaults; empty without one
 * @param user who runs commands; empty for the default
 * @param cwd where commands run, as an absolute path
 * @param shell what runs the shell form of commands
 */
record BuildState(
        Map<String, String> env, Map<String, String> arguments, String user, String cwd, List<String> shell) {

    static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");
    static final String PATH = "PATH";
    /** What builders add where an image has no PATH. */
    static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final String ROOT = "/";

    static final BuildState SCRATCH = new BuildState(Map.of(), Map.of(), "", ROOT, DEFAULT_SHELL);

    /** What an image leaves to the build that starts from it. */
    static BuildState of(ImageConfig config) {
        Map<String, String> env = new LinkedHashMap<>();
        for (String variable : config.env()) {
            int equals = variable.indexOf('=');
            env.put(equals < 0 ? variable : variable.substring(0, equals), equals < 0 ? "" : variable.substring(equals + 1));
        }
        return new BuildState(
                env,
                Map.of(),
                config.user(),
                resolve(ROOT, config.workingDir()),
                config.shell().isEmpty() ? DEFAULT_SHELL : config.shell());
    }

    BuildState withEnv(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(env);
        all.putAll(more);
        return new BuildState(all, arguments, user, cwd, shell);
    }

    BuildState withArguments(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(arguments);
        all.putAll(more);
        return new BuildState(env, all, user, cwd, shell);
    }

    BuildState withUser(String name) {
        return new BuildState(env, arguments, name, cwd, shell);
    }

    /** @param path absolute, or relative to where it stands */
    BuildState withCwd(String path) {
        return new BuildState(env, arguments, user, resolve(cwd, path), shell);
    }

    BuildState withShell(List<String> words) {
        return new BuildState(env, arguments, user, cwd, words);
    }

    /** With the PATH that builders add where there is none. */
    BuildState withDefaultPath() {
        return env.containsKey(PATH) ? this : withEnv(Map.of(PATH, DEFAULT_PATH));
    }

    /** The environment over the build arguments. */
    TreeMap<String, String> environment(Map<String, String> argumentValues) {
        TreeMap<String, String> all = new TreeMap<>(argumentValues);
        all.putAll(env);
        return all;
    }

    /** Whether an image that ends so says just this. */
    boolean isThatOf(ImageConfig config) {
        BuildState end = of(config);
        return env.equals(end.env) && user.equals(end.user) && cwd.equals(end.cwd);
    }

    /** A path as an absolute one, without {@code .}, {@code ..} and doubled slashes. */
    static String resolve(String cwd, String path) {
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
