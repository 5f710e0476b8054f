package dev.strata.access.passwords;

import java.io.IOException;
import java.nio.file.Path;

/** The file of {@code strata.access.htpasswd} cannot be read at a start. */
public class PasswordFileException extends RuntimeException {

    PasswordFileException(Path file, IOException cause) {
        super("The file of passwords " + file.toAbsolutePath() + " cannot be read: " + cause.getMessage(), cause);
    }
}
