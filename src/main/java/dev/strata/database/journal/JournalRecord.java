package dev.strata.database.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A record of the {@link Journal} holds what one transaction changed: a crash leaves all of it or nothing. */
public final class JournalRecord {

    private static final int HEADER = 1 + Integer.BYTES;

    private JournalRecord() {}

    public static byte[] write(List<Noted> changes) {
        int length = changes.stream().mapToInt(noted -> HEADER + noted.change().length).reduce(0, Math::addExact);
        ByteBuffer record = ByteBuffer.allocate(length);
        for (Noted noted : changes) {
            record.put((byte) noted.feature()).putInt(noted.change().length).put(noted.change());
        }
        return record.array();
    }

    public static List<Noted> read(byte[] content) {
        List<Noted> changes = new ArrayList<>();
        ByteBuffer record = ByteBuffer.wrap(content);
        while (record.hasRemaining()) {
            char feature = (char) record.get();
            byte[] change = new byte[record.getInt()];
            record.get(change);
            changes.add(new Noted(feature, change));
        }
        return changes;
    }
}
