package dev.strata.step;

import dev.strata.json.JsonFields;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Platform;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Reads steps, and refuses what it does not know: a field that is not understood may be one that matters. */
final class StepReader {

    private StepReader() {}

    static Step step(JsonNode json) {
        JsonFields fields = new JsonFields(json, "", Problem.STEP_INVALID);
        JsonNode version = fields.required("v");
        if (!version.isInt() || version.intValue() != Step.VERSION) {
            throw fields.invalid("v must be " + Step.VERSION, "v");
        }
        Platform platform = value("platform", fields.requiredText("platform"), Platform::of);
        Optional<ChainId> parent = fields.required("parent").isNull()
                ? Optional.empty()
                : Optional.of(value("parent", fields.requiredText("parent"), ChainId::of));
        return new Step(platform, parent, operation(fields));
    }

    static Operation operation(JsonNode json) {
        return operation(new JsonFields(json, "", Problem.STEP_INVALID));
    }

    private static Operation operation(JsonFields fields) {
        String op = fields.requiredText("op");
        Operation operation =
                switch (op) {
                    case "run" -> run(fields);
                    case "copy" -> copy(fields, Operation.Copy.Kind.COPY);
                    case "add" -> copy(fields, Operation.Copy.Kind.ADD);
                    case "workdir" ->
                        new Operation.Workdir(fields.text("cwd", Operation.ROOT), fields.text("user", ""));
                    default -> throw fields.invalid("op must be run, copy, add or workdir", "op");
                };
        fields.requireNoOthers();
        return operation;
    }

    private static Operation run(JsonFields fields) {
        List<StepMount> mounts = new ArrayList<>();
        for (JsonNode mount : fields.elements("mounts")) {
            mounts.add(mount(fields.within(mount, "mounts[" + mounts.size() + "]")));
        }
        return new Operation.Run(
                fields.texts("argv"),
                Environment.ofTexts(fields.textsByName("env")),
                fields.text("user", ""),
                fields.text("cwd", Operation.ROOT),
                mounts,
                fields.text("network", Operation.Run.DEFAULT_NETWORK),
                fields.text("security", Operation.Run.DEFAULT_SECURITY));
    }

    private static Operation copy(JsonFields fields, Operation.Copy.Kind kind) {
        return new Operation.Copy(
                kind,
                fields.text("cwd", Operation.ROOT),
                fields.requiredText("dest"),
                fields.text("chown", ""),
                fields.text("chmod", ""),
                fields.flag("link"),
                fields.texts("exclude"),
                content(fields.required("content"), fields.at("content")));
    }

    private static StepMount mount(JsonFields fields) {
        JsonNode content = fields.node("content");
        Map<String, String> options = new TreeMap<>();
        for (String option : StepMount.OPTIONS) {
            String value = fields.text(option, "");
            if (!value.isEmpty()) {
                options.put(option, value);
            }
        }
        StepMount mount = new StepMount(
                fields.requiredText("type"),
                fields.text("target", ""),
                fields.text("id", ""),
                fields.text("env", ""),
                content.isMissingNode() ? Optional.empty() : Optional.of(content(content, fields.at("content"))),
                fields.flag("readonly"),
                options);
        fields.requireNoOthers();
        return mount;
    }

    static Content content(JsonNode json, String path) {
        if (json.isString()) {
            return new Content.Files(value(path, json.stringValue(), StepReader::sha256));
        }
        JsonFields fields = new JsonFields(json, path, Problem.STEP_INVALID);
        List<String> paths = fields.texts("paths");
        Content content;
        if (fields.node("stage").isMissingNode()) {
            content = new Content.OfImage(
                    value(fields.at("image"), fields.requiredText("image"), ChainId::of), paths);
        } else {
            content = value(
                    fields.at("stage"), fields.requiredText("stage"), stage -> new Content.OfStage(stage, paths));
        }
        fields.requireNoOthers();
        return content;
    }

    private static Digest sha256(String text) {
        Digest digest = Digest.of(text);
        if (digest.algorithm() != DigestAlgorithm.SHA256) {
            throw new RegistryException(Problem.STEP_INVALID, "a content digest is a sha256 digest", Map.of());
        }
        return digest;
    }

    /** Says of a value that is not one in which field it stands. */
    private static <T> T value(String field, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (RegistryException e) {
            throw new RegistryException(
                    Problem.STEP_INVALID, field + ": " + e.getMessage(), Map.of("field", field, "value", text), e);
        }
    }
}
