package dev.strata.database.durability;

import dev.strata.testing.FailingDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/** Lets H2 write to a {@link FailingDisk}: its files are called {@code failing:/a/path}. */
public final class FailingFiles extends FilePathWrapper {

    private static @Nullable FailingDisk disk;

    /** All databases of such a name are on this disk from now on. */
    static void use(FailingDisk failing) {
        disk = failing;
        FilePath.register(new FailingFiles());
    }

    @Override
    public String getScheme() {
        return "failing";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        FileChannel channel = super.open(mode);
        FailingDisk failing = disk;
        return failing == null ? channel : failing.adopt(Path.of(getBase().toString()), channel);
    }
}
