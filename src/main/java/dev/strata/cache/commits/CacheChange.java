package dev.strata.cache.commits;

import dev.strata.cache.Scope;
import dev.strata.cache.entries.Layer;
import dev.strata.json.StrictJson;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.step.LayerAnnotations;
import dev.strata.step.StepKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * A change to what the cache knows, as the journal has it. Changes that are made again in their order leave what they
 * left the first time.
 */
sealed interface CacheChange {

    /** The cache, among the features that write to the journal. */
    char FEATURE = 'C';

    /** An agent's entry came, and took the place of whatever stood there. */
    record Recorded(
            RepositoryName repository,
            Scope scope,
            byte[] step,
            Optional<Layer> layer,
            Optional<Digest> diffId,
            long execMs,
            String builder,
            boolean verified,
            Instant createdAt)
            implements CacheChange {}

    /** A step's entry went. */
    record Deleted(RepositoryName repository, StepKey key, Scope scope) implements CacheChange {}

    default byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (this) {
                case Recorded recorded -> write(recorded, out);
                case Deleted(var repository, var key, var scope) -> {
                    out.writeByte('D');
                    out.writeUTF(repository.value());
                    out.writeUTF(key.toString());
                    out.writeUTF(scope.name());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static CacheChange ofBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int kind = in.readByte();
            RepositoryName repository = RepositoryName.of(in.readUTF());
            return switch (kind) {
                case 'R' -> readRecorded(repository, in, false);
                case 'A' -> readRecorded(repository, in, true);
                case 'D' -> new Deleted(repository, StepKey.of(in.readUTF()), Scope.of(in.readUTF()));
                default -> throw new IllegalStateException("The journal has a change of the unknown kind " + kind);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("The journal has a change that breaks off", e);
        }
    }

    private static void write(Recorded recorded, DataOutputStream out) throws IOException {
        Optional<LayerAnnotations> annotations =
                recorded.layer().map(Layer::annotations).filter(some -> !some.isEmpty());
        out.writeByte(annotations.isPresent() ? 'A' : 'R');
        out.writeUTF(recorded.repository().value());
        out.writeUTF(recorded.scope().name());
        out.writeInt(recorded.step().length);
        out.write(recorded.step());
        out.writeBoolean(recorded.layer().isPresent());
        if (recorded.layer().isPresent()) {
            Layer layer = recorded.layer().get();
            out.writeUTF(layer.mediaType().value());
            out.writeUTF(layer.digest().toString());
            out.writeLong(layer.size());
            out.writeUTF(recorded.diffId().orElseThrow().toString());
            if (annotations.isPresent()) {
                out.writeUTF(annotations.get().toJson().toString());
            }
        }
        out.writeLong(recorded.execMs());
        out.writeUTF(recorded.builder());
        out.writeBoolean(recorded.verified());
        out.writeUTF(recorded.createdAt().toString());
    }

    private static Recorded readRecorded(RepositoryName repository, DataInputStream in, boolean isAnnotated)
            throws IOException {
        Scope scope = Scope.of(in.readUTF());
        byte[] step = in.readNBytes(in.readInt());
        Optional<Layer> layer = Optional.empty();
        Optional<Digest> diffId = Optional.empty();
        if (in.readBoolean()) {
            MediaType mediaType = MediaType.of(in.readUTF());
            Digest digest = Digest.of(in.readUTF());
            long size = in.readLong();
            diffId = Optional.of(Digest.of(in.readUTF()));
            layer = Optional.of(new Layer(mediaType, digest, size, isAnnotated ? annotations(in) : LayerAnnotations.NONE));
        }
        return new Recorded(
                repository,
                scope,
                step,
                layer,
                diffId,
                in.readLong(),
                in.readUTF(),
                in.readBoolean(),
                Instant.parse(in.readUTF()));
    }

    private static LayerAnnotations annotations(DataInputStream in) throws IOException {
        return LayerAnnotations.of(StrictJson.read(
                in.readUTF().getBytes(StandardCharsets.UTF_8), "an entry's annotations", Problem.STEP_INVALID));
    }
}
