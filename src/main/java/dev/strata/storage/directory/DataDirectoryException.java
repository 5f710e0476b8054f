package dev.strata.storage.directory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** The data directory cannot be served from; the message says why. */
public class DataDirectoryException extends IOException {

    private DataDirectoryException(String message) {
        super(message);
    }

    private DataDirectoryException(String message, IOException cause) {
        super(message, cause);
    }

    static DataDirectoryException served(Path root) {
        return new DataDirectoryException("The data directory " + root + " is served by another process");
    }

    static DataDirectoryException another(Path root, Path name) {
        return new DataDirectoryException("The data directory " + root + " belongs to another database, whose name is in " + name);
    }

    static DataDirectoryException unfinished(Path root) {
        return new DataDirectoryException(
                "A backup is not wholly restored to the data directory " + root + ": restore it again");
    }

    static DataDirectoryException unusable(Path root, FileSystemException cause) {
        String reason =
                switch (cause) {
                    case AccessDeniedException e -> "access to " + e.getFile() + " is denied";
                    case FileAlreadyExistsException e -> e.getFile() + " is no directory";
                    default -> cause.getMessage();
                };
        return new DataDirectoryException("The data directory " + root + " cannot be written: " + reason, cause);
    }
}
