package dev.strata.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An image to push: layers, a configuration that names them, and manifests over both. */
record Image(List<Blob> layers, Blob config) {

    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";

    /** Sizes in chunks of 32 KiB, shaped as images are: a base, a few large steps, many that are next to nothing. */
    private static final int[] REAL_SHAPE =
            {900, 1, 3, 450, 2, 120, 1, 640, 8, 30, 1, 260, 90, 4, 200, 16, 350, 60, 2, 150};
    private static final int[] SMALL_SHAPE = {2, 1, 4};

    /** Twenty new layers of 103 MiB in all. */
    static Image realShaped(Contents contents) {
        return of(contents, REAL_SHAPE);
    }

    /** Three new layers of a few kilobytes. */
    static Image small(Contents contents) {
        return of(contents, SMALL_SHAPE);
    }

    private static Image of(Contents contents, int[] chunks) {
        List<Blob> layers = new ArrayList<>();
        for (int count : chunks) {
            layers.add(contents.next((long) count * Contents.CHUNK));
        }
        String identifiers = layers.stream().map(layer -> '"' + layer.digest() + '"').collect(Collectors.joining(","));
        String history = layers.stream().map(layer -> "{\"created_by\":\"RUN step " + layer.hex() + "\"}")
                .collect(Collectors.joining(","));
        String config = """
                {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/bin"]},\
                "rootfs":{"type":"layers","diff_ids":[%s]},"history":[%s]}""".formatted(identifiers, history);
        return new Image(List.copyOf(layers), Blob.of(config.getBytes(StandardCharsets.UTF_8)));
    }

    /** A manifest that differs from the others by a number, and not in length. */
    byte[] manifest(long number) {
        String descriptors = layers.stream().map(layer -> descriptor(LAYER_TYPE, layer))
                .collect(Collectors.joining(","));
        return """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s],"annotations":{"number":"%012d"}}"""
                .formatted(RegistryClient.MANIFEST_TYPE,
                        descriptor("application/vnd.oci.image.config.v1+json", config), descriptors, number)
                .getBytes(StandardCharsets.UTF_8);
    }

    long size() {
        return config.size() + layers.stream().mapToLong(Blob::size).sum();
    }

    private static String descriptor(String type, Blob blob) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, blob.digest(), blob.size());
    }
}
