package dev.strata.database.durability;

import java.io.IOException;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Copies of the embedded database, made while it is in use. */
@Component
public class DatabaseCopy {

    private final CommitDurability durability;

    DatabaseCopy(CommitDurability durability) {
        this.durability = durability;
    }

    /** Whether the database is one that Strata copies itself. */
    public boolean isEmbedded() {
        return durability instanceof EmbeddedDurability;
    }

    /**
     * Writes a copy with everything that was committed before this was called.
     *
     * @param zip a new file
     * @throws IllegalStateException where the database is not embedded
     */
    public void copy(Path zip) throws IOException {
        if (!durability.copy(zip)) {
            throw new IllegalStateException("The database is not embedded");
        }
    }
}
