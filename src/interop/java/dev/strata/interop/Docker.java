package dev.strata.interop;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The docker client with the engine that DOCKER_HOST names. */
final class Docker {

    private static final Pattern PUSHED = Pattern.compile("^\\S+: digest: (sha256:[0-9a-f]{64}) size: \\d+$", Pattern.MULTILINE);
    private static final Pattern PULLED = Pattern.compile("^Digest: (sha256:[0-9a-f]{64})$", Pattern.MULTILINE);

    private Docker() {}

    static Command command(String... words) {
        return Command.of("docker").and(words);
    }

    /** The engine has no bridge network: commands of a build run on the host's. */
    static void build(BuildContext context, String image) {
        command("build", "--network", "host", "--tag", image, context.toString()).with("DOCKER_BUILDKIT", "1").run();
    }

    /** Pushes an image and gives back the digest that the client prints. */
    static String push(String image) {
        return digest(PUSHED, command("push", image).run());
    }

    /** Removes the image and what it consists of, and pulls it again; gives back the digest that the client prints. */
    static String pullAnew(String image) {
        command("image", "rm", "--force", image).run();
        command("builder", "prune", "--all", "--force").run();
        return digest(PULLED, command("pull", image).run());
    }

    static String run(String image, String... words) {
        return command("run", "--rm", "--network", "host", image).and(words).run().result();
    }

    static String digest(Command.Output output) {
        return digest(PUSHED, output);
    }

    private static String digest(Pattern pattern, Command.Output output) {
        Matcher matcher = pattern.matcher(output.standard());
        if (!matcher.find()) {
            throw new AssertionError("docker printed no digest:\n" + output);
        }
        return matcher.group(1);
    }
}
