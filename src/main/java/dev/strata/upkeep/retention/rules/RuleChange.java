package dev.strata.upkeep.retention.rules;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What became of a rule, as the journal has it. */
sealed interface RuleChange {

    /** Rules of retention, among the features that write to the journal. */
    char FEATURE = 'T';

    /** It says this from now on. */
    record Written(StoredRule rule) implements RuleChange {}

    record Removed(String name) implements RuleChange {}

    /** Somebody saw what it would remove. */
    record Seen(String key, Instant at, String by) implements RuleChange {}

    default byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (this) {
                case Written(StoredRule rule) -> {
                    byte[] definition = rule.definition().getBytes(StandardCharsets.UTF_8);
                    out.writeByte('W');
                    out.writeUTF(rule.name());
                    out.writeInt(definition.length);
                    out.write(definition);
                    out.writeLong(rule.changedAt().toEpochMilli());
                    out.writeUTF(rule.changedBy());
                }
                case Removed(String name) -> {
                    out.writeByte('R');
                    out.writeUTF(name);
                }
                case Seen(String key, Instant at, String by) -> {
                    out.writeByte('S');
                    out.writeUTF(key);
                    out.writeLong(at.toEpochMilli());
                    out.writeUTF(by);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static RuleChange ofBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int what = in.readByte();
            return switch (what) {
                case 'W' -> {
                    String name = in.readUTF();
                    String definition = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
                    yield new Written(
                            new StoredRule(name, definition, Instant.ofEpochMilli(in.readLong()), in.readUTF()));
                }
                case 'R' -> new Removed(in.readUTF());
                case 'S' -> new Seen(in.readUTF(), Instant.ofEpochMilli(in.readLong()), in.readUTF());
                default -> throw new IllegalStateException("The journal has a change of the unknown kind " + what);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("The journal has a change that breaks off", e);
        }
    }
}
