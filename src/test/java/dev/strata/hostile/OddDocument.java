package dev.strata.hostile;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Documents as honest clients write them, for {@link OddJson} to spoil. */
record OddDocument(Choice choice, OddText texts, World world) {

    private static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    /** The one that the endpoint takes; of an endpoint that is new to this class, any. */
    String forEndpoint(String pattern) {
        if (choice.oneIn(12)) {
            return any();
        }
        String end = pattern.substring(pattern.lastIndexOf('/', pattern.length() - 2) + 1);
        return switch (end) {
            case "{reference}" -> choice.by(this::image, this::index);
            case "resolve", "explain" -> resolve();
            case "missing" -> missing();
            case "{key}" -> entry();
            case "freed" -> freed();
            case "{name}" -> "{\"on\":[\"none/*\"],\"keep\":[{\"tags\":\"v*\"}],\"remove\":[{\"older-than\":\"30d\"}]}";
            case "preview" -> "{\"repositories\":[\"none/*\"],\"rules\":[],\"cap\":50}";
            case "{source}" -> "{\"seconds\":60,\"images\":[\"none/a@sha256:" + "0".repeat(64) + "\"]}";
            case "{*tagged}" -> deletion();
            case "{id}" -> pattern.contains("leases") ? "{\"ttl_s\":60}" : texts.letters(choice.length(100_000));
            default -> any();
        };
    }

    private String any() {
        return choice.by(this::image, this::index, this::resolve, this::missing, this::entry, this::freed, this::deletion,
                this::config);
    }

    String image() {
        return image(choice.from(world.blobs()), choice.from(world.blobs()));
    }

    String image(String config, String layers) {
        return """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s],"annotations":{"a":"%s"}%s}""".formatted(
                IMAGE, config, layers, texts.letters(5), subject());
    }

    private String subject() {
        return choice.oneIn(4) ? ",\"artifactType\":\"a/b\",\"subject\":" + choice.from(world.manifests()) : "";
    }

    String index() {
        String manifest = choice.from(world.manifests());
        return """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s]%s}""".formatted(
                INDEX, manifest, manifest.replace("}", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}}"), subject());
    }

    String config() {
        return config(choice.from(world.chains()), history(choice.between(0, 6)));
    }

    String config(String diffId, String history) {
        return """
                {"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z","author":"me",\
                "config":{"Env":["PATH=/bin","A=x"],"Cmd":["/bin/sh"],"User":"app","WorkingDir":"/srv",\
                "Labels":{"a":"b"},"ExposedPorts":{"80/tcp":{}},"Volumes":{"/data":{}}},\
                "rootfs":{"type":"layers","diff_ids":["%s"]},"history":[%s]}""".formatted(diffId, history);
    }

    /** Lines of a history, the last of which made a layer. */
    String history(int lines) {
        return IntStream.range(0, lines + 1)
                .mapToObj(line -> "{\"created\":\"2026-01-01T00:00:00Z\",\"created_by\":%s%s}"
                        .formatted(OddJson.quoted(instruction()), line == lines ? "" : ",\"empty_layer\":true"))
                .collect(Collectors.joining(","));
    }

    private String instruction() {
        String words = " x".repeat(choice.length(50_000));
        return switch (choice.below(9)) {
            case 0 -> "/bin/sh -c #(nop)  ENV A=x" + words;
            case 1 -> "/bin/sh -c #(nop) WORKDIR " + "a/".repeat(choice.length(5_000));
            case 2 -> "/bin/sh -c #(nop)  ARG A=" + texts.any();
            case 3 -> "RUN |" + texts.number() + " A=x /bin/sh -c make # buildkit";
            case 4 -> "RUN |2 A=x" + words + " B=y /bin/sh -c make " + texts.any() + " # buildkit";
            case 5 -> "COPY /a /b # buildkit";
            case 6 -> "/bin/sh -c #(nop)  USER " + texts.any();
            case 7 -> "/bin/sh -c #(nop)  SHELL [" + words + "]";
            default -> "/bin/sh -c " + texts.any();
        };
    }

    private String resolve() {
        String base = choice.by(
                () -> "\"scratch\"",
                () -> "{\"reference\":\"" + choice.from(world.tags()) + "\"}",
                () -> "{\"diff_ids\":[\"" + choice.from(world.chains()) + "\"]}",
                () -> "{\"stage\":\"build\"}");
        return """
                {"platform":"linux/amd64","scopes":["main"],"lease":{"ttl_s":2},"stages":[\
                {"name":"build","base":"scratch","steps":[%s]},\
                {"name":"final","base":%s,"steps":[%s,{"op":"copy","dest":"/a/","content":{"stage":"build","paths":["/out"]}}]}]}"""
                .formatted(operation(), base, operation());
    }

    private String operation() {
        return choice.by(
                () -> "{\"op\":\"run\",\"argv\":[\"/bin/sh\",\"-c\",\"make " + choice.from(world.repositories()) + "\"]}",
                () -> "{\"op\":\"run\",\"argv\":[\"a\"],\"env\":{\"A\":\"" + choice.from(world.keys()) + "\"},\"cwd\":\"/srv\","
                        + "\"mounts\":[{\"type\":\"cache\",\"id\":\"x\",\"target\":\"/x\"}]}",
                () -> "{\"op\":\"workdir\",\"cwd\":\"/srv\"}",
                () -> "{\"op\":\"copy\",\"dest\":\"/a\",\"content\":\"" + choice.from(world.keys()) + "\"}",
                () -> "{\"op\":\"add\",\"dest\":\"/a\",\"content\":\"" + choice.from(world.keys()) + "\",\"exclude\":[\"*\"]}");
    }

    private String missing() {
        return "{\"digests\":[\"%s\",\"%s\"]}".formatted(choice.from(world.digests()), texts.digest());
    }

    private String entry() {
        return "{\"step\":%s,\"layer\":%s,\"diff_id\":\"%s\",\"exec_ms\":10,\"builder\":\"fuzz\",\"scope\":\"%s\"}".formatted(
                choice.from(world.steps()), choice.from(world.blobs()), choice.from(world.chains()), choice.of("main", "pr"));
    }

    private String deletion() {
        return "{\"tags\":[\"latest\",\"%s\"],\"digests\":[\"%s\"]}".formatted(texts.letters(5), choice.from(world.digests()));
    }

    private String freed() {
        return """
                {"repositories":["%s"],"tags":[{"repository":"%s","names":["v1","latest"]}]}""".formatted(
                choice.from(world.repositories()), choice.from(world.repositories()));
    }
}
