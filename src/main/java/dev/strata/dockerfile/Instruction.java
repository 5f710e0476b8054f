package dev.strata.dockerfile;

import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.lines.LineReader;
import dev.strata.dockerfile.lines.LogicalLine;
import dev.strata.dockerfile.lines.Source;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.text.SyntaxProblem;
import dev.strata.dockerfile.words.Expansion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One instruction: Dockerfile reference, "Overview". Values stand as they are written until {@link #expand} resolves them.
 */
public sealed interface Instruction {

    /** Where it stands, and how. */
    Source source();

    /**
     * The instruction with its variables replaced and its quotes resolved, as far as its kind expands them: {@code RUN},
     * {@code CMD}, {@code ENTRYPOINT}, {@code SHELL}, {@code HEALTHCHECK} and {@code ONBUILD} do not.
     *
     * @throws DockerfileException where that is not possible; it names the instruction's line
     */
    default Instruction expand(Expansion expansion) {
        return this;
    }

    /**
     * Reads one instruction that stands alone, with a backslash as its escape character.
     *
     * @param text a line, or several where it is continued or has here-documents
     * @throws DockerfileException for what is no instruction, or more than one
     */
    static Instruction parse(String text) {
        LineReader reader = new LineReader(text);
        List<LogicalLine> lines = reader.read();
        if (lines.size() != 1) {
            throw new DockerfileException(1, "one instruction is expected, not " + lines.size());
        }
        return new InstructionParser(reader.directives().escape()).parse(lines.getFirst());
    }

    /** A name with a value that may be missing: {@code ARG}. */
    record Variable(String name, Optional<String> value) {

        Variable expand(Expansion expansion) {
            return new Variable(expansion.word(name), value.map(expansion::word));
        }
    }

    /** A name with its value: {@code ENV}, {@code LABEL}. */
    record Assignment(String name, String value) {

        Assignment expand(Expansion expansion) {
            return new Assignment(expansion.word(name), expansion.word(value));
        }

        static List<Assignment> expand(List<Assignment> assignments, Expansion expansion) {
            return assignments.stream().map(each -> each.expand(expansion)).toList();
        }
    }

    /** @param stage the name behind AS, in lower case */
    record From(Source source, String image, Optional<String> stage, Optional<String> platform) implements Instruction {

        @Override
        public From expand(Expansion expansion) {
            Expansion here = expansion.on(source.line());
            return new From(source, here.word(image), stage, platform.map(here::word));
        }
    }

    record Arg(Source source, List<Variable> variables) implements Instruction {

        @Override
        public Arg expand(Expansion expansion) {
            Expansion here = expansion.on(source.line());
            return new Arg(source, variables.stream().map(each -> each.expand(here)).toList());
        }
    }

    record Env(Source source, List<Assignment> assignments) implements Instruction {

        @Override
        public Env expand(Expansion expansion) {
            return new Env(source, Assignment.expand(assignments, expansion.on(source.line())));
        }
    }

    record Label(Source source, List<Assignment> assignments) implements Instruction {

        @Override
        public Label expand(Expansion expansion) {
            return new Label(source, Assignment.expand(assignments, expansion.on(source.line())));
        }
    }

    /**
     * @param network {@code default}, {@code none} or {@code host}
     * @param security {@code sandbox} or {@code insecure}
     * @param devices requests for devices, as they are written
     */
    record Run(
            Source source,
            CommandLine command,
            List<String> mountOptions,
            Optional<String> network,
            Optional<String> security,
            List<String> devices)
            implements Instruction {

        /** What the command sees besides its file system. */
        public List<Mount> mounts(Expansion expansion) {
            try {
                return mountOptions.stream()
                        .map(options -> Mount.parse(options, expansion.on(source.line())))
                        .toList();
            } catch (SyntaxProblem problem) {
                throw problem.at(source.line());
            }
        }
    }

    /** What COPY and ADD have in common. */
    sealed interface Transfer extends Instruction permits Copy, Add {

        /** Paths, patterns, for ADD also URLs; here-documents are not among them. */
        List<String> sources();

        /** Files whose content stands in the Dockerfile, named by their ends. */
        List<HereDocument> documents();

        String destination();

        Optional<String> chown();

        Optional<String> chmod();

        boolean link();

        /** Patterns of what is not copied. */
        List<String> exclude();
    }

    /** @param from the stage, context or image that is copied from; the build context where empty */
    record Copy(
            Source source,
            List<String> sources,
            List<HereDocument> documents,
            String destination,
            Optional<String> from,
            Optional<String> chown,
            Optional<String> chmod,
            boolean link,
            boolean parents,
            List<String> exclude)
            implements Transfer {

        @Override
        public Copy expand(Expansion expansion) {
            Expansion here = expansion.on(source.line());
            return new Copy(
                    source,
                    sources.stream().map(here::word).toList(),
                    expandDocuments(documents, here),
                    here.word(destination),
                    from,
                    chown.map(here::word),
                    chmod.map(here::word),
                    link,
                    parents,
                    exclude);
        }
    }

    record Add(
            Source source,
            List<String> sources,
            List<HereDocument> documents,
            String destination,
            Optional<String> chown,
            Optional<String> chmod,
            boolean link,
            List<String> exclude,
            Optional<String> checksum,
            Optional<Boolean> keepGitDir,
            Optional<Boolean> unpack)
            implements Transfer {

        @Override
        public Add expand(Expansion expansion) {
            Expansion here = expansion.on(source.line());
            return new Add(
                    source,
                    sources.stream().map(here::word).toList(),
                    expandDocuments(documents, here),
                    here.word(destination),
                    chown.map(here::word),
                    chmod.map(here::word),
                    link,
                    exclude,
                    checksum.map(here::word),
                    keepGitDir,
                    unpack);
        }
    }

    private static List<HereDocument> expandDocuments(List<HereDocument> documents, Expansion expansion) {
        return documents.stream()
                .map(each -> new HereDocument(
                        each.name(),
                        false,
                        false,
                        each.expands() ? expansion.document(each.content()) : each.content()))
                .toList();
    }

    record Workdir(Source source, String path) implements Instruction {

        @Override
        public Workdir expand(Expansion expansion) {
            return new Workdir(source, expansion.on(source.line()).word(path));
        }
    }

    record User(Source source, String name) implements Instruction {

        @Override
        public User expand(Expansion expansion) {
            return new User(source, expansion.on(source.line()).word(name));
        }
    }

    record Shell(Source source, List<String> words) implements Instruction {}

    record Cmd(Source source, CommandLine command) implements Instruction {}

    record Entrypoint(Source source, CommandLine command) implements Instruction {}

    /** @param ports as they are written, sorted; expanded, one variable may have become several */
    record Expose(Source source, List<String> ports) implements Instruction {

        @Override
        public Expose expand(Expansion expansion) {
            Expansion here = expansion.on(source.line());
            return new Expose(
                    source, ports.stream().flatMap(port -> here.words(port).stream()).toList());
        }
    }

    record Volume(Source source, List<String> paths) implements Instruction {

        @Override
        public Volume expand(Expansion expansion) {
            Expansion here = expansion.on(source.line());
            return new Volume(source, paths.stream().map(here::word).toList());
        }
    }

    record StopSignal(Source source, String signal) implements Instruction {

        @Override
        public StopSignal expand(Expansion expansion) {
            return new StopSignal(source, expansion.on(source.line()).word(signal));
        }
    }

    /**
     * @param test {@code NONE}, or {@code CMD} with an exec form's words, or {@code CMD-SHELL} with a line
     * @param retries how many failures in a row count; 0 for the engine's default, as with the durations
     */
    record Healthcheck(
            Source source,
            List<String> test,
            Duration interval,
            Duration timeout,
            Duration startPeriod,
            Duration startInterval,
            int retries)
            implements Instruction {}

    /** @param trigger the instruction that runs in builds that start from the image, here-documents included */
    record OnBuild(Source source, String trigger) implements Instruction {}

    record Maintainer(Source source, String name) implements Instruction {}
}
