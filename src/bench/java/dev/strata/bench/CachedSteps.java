package dev.strata.bench;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.step.Environment;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** A Dockerfile of thirty commands whose layers a cache has. */
final class CachedSteps {

    static final int COUNT = 30;

    private static final Platform PLATFORM = Platform.of("linux/amd64");

    private final Blob layer;
    private final Digest diffId;
    private final List<Step> steps = new ArrayList<>();

    CachedSteps() {
        byte[] tar = new byte[10_240];
        diffId = Digest.of(Blob.of(tar).digest());
        layer = Blob.of(gzip(tar));
        Optional<ChainId> parent = Optional.empty();
        for (int number = 0; number < COUNT; number++) {
            Step step = new Step(PLATFORM, parent, run("apt-get install --yes package-" + number));
            steps.add(step);
            parent = step.chainIdAfter(Optional.of(diffId));
        }
    }

    Blob layer() {
        return layer;
    }

    String key(int number) {
        return steps.get(number).key().toString();
    }

    /** What an agent commits. */
    byte[] entry(int number) {
        return entry(steps.get(number));
    }

    /** The whole Dockerfile. */
    byte[] resolve() {
        String operations =
                steps.stream().map(step -> step.operation().toJson().toString()).collect(Collectors.joining(","));
        return """
                {"platform":"%s","stages":[{"name":"final","base":"scratch","steps":[%s]}]}"""
                .formatted(PLATFORM, operations).getBytes(StandardCharsets.UTF_8);
    }

    private static Operation run(String command) {
        TreeMap<String, String> env = new TreeMap<>();
        env.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        env.put("LANG", "C.UTF-8");
        return new Operation.Run(List.of("/bin/sh", "-c", command), Environment.ofValues(env), "", "/srv", List.of(),
                Operation.Run.DEFAULT_NETWORK, Operation.Run.DEFAULT_SECURITY);
    }

    private byte[] entry(Step step) {
        return """
                {"step":%s,"layer":{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d},\
                "diff_id":"%s","exec_ms":1500,"builder":"benchmark"}"""
                .formatted(step.canonical(), layer.digest(), layer.size(), diffId).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
