package dev.strata.database.work;

import dev.strata.database.durability.Durability;
import dev.strata.database.replay.Redo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Attempts at risky items, durable before they begin: a crash must not take back that there was one. */
@Component
class Attempts implements Redo {

    private static final char FEATURE = 'w';

    private final WorkTable table;
    private final Durability durability;
    private final Clock clock;

    Attempts(WorkTable table, Durability durability, Clock clock) {
        this.table = table;
        this.durability = durability;
        this.clock = clock;
    }

    /** An item has been begun so many times without an end. Returns when that is durable. */
    @Transactional
    public void note(String work, String subject, int attempts) {
        table.setAttempts(work, subject, attempts, clock.instant());
        durability.append(FEATURE, toBytes(work, subject, attempts));
    }

    @Override
    public char feature() {
        return FEATURE;
    }

    @Override
    @Transactional
    public void redo(byte[] change) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(change));
        try {
            table.setAttempts(in.readUTF(), in.readUTF(), in.readInt(), clock.instant());
        } catch (IOException e) {
            throw new UncheckedIOException("This is no attempt", e);
        }
    }

    static byte[] toBytes(String work, String subject, int attempts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(work);
            out.writeUTF(subject);
            out.writeInt(attempts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
