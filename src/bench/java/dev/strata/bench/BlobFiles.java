package dev.strata.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Empties the files of blobs that no case will ask for again. A registry gives room back only by a collection, some
 * of them only while stopped; without this a run would fill the disk. Names and everything the registry knows stay.
 */
final class BlobFiles extends SimpleFileVisitor<Path> {

    private final Map<Long, Set<String>> hexBySize = new HashMap<>();

    private BlobFiles(Collection<Blob> blobs) {
        for (Blob blob : blobs) {
            hexBySize.computeIfAbsent(blob.size(), _ -> new HashSet<>()).add(blob.hex());
        }
    }

    /** Empties, below a directory, each file that has a blob's size and its digest in the path. */
    static void empty(Path directory, Collection<Blob> blobs) throws IOException {
        Files.walkFileTree(directory, new BlobFiles(blobs));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        // Names of tags and links, by the ten thousand, and no content.
        boolean links = directory.getFileName().toString().startsWith("_");
        return links ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Set<String> candidates = hexBySize.getOrDefault(attributes.size(), Set.of());
        if (!candidates.isEmpty()) {
            String path = file.toString().replace(file.getFileSystem().getSeparator(), "");
            if (candidates.stream().anyMatch(path::contains)) {
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING).close();
            }
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            // The server is running: its temporary files come and go.
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }
}
