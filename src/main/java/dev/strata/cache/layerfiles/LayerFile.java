package dev.strata.cache.layerfiles;

import dev.strata.oci.Digest;
import java.util.Optional;

/**
 * An entry of a layer's tar: OCI Image Specification, layer.md, "Filesystem Changeset". A whiteout is an entry with its
 * prefix in the name.
 *
 * @param path from the root, with {@code /} between names and at neither end; empty for the root itself
 * @param mode its permissions, 0 to 07777
 * @param size in bytes; 0 of what is no file
 * @param target where a symbolic link points, as it is written; the path of the file that a hard link is; the numbers of
 *     a device; empty for the others
 * @param sha256 the digest of a file's bytes; empty for the others
 * @param attributes the digest of the extended attributes; empty where there are none
 */
public record LayerFile(
        String path,
        Type type,
        int mode,
        long uid,
        long gid,
        long size,
        String target,
        Optional<Digest> sha256,
        Optional<Digest> attributes) {

    /** What an entry is. */
    public enum Type {
        FILE('f'),
        DIRECTORY('d'),
        LINK('l'),
        HARD_LINK('h'),
        CHARACTER_DEVICE('c'),
        BLOCK_DEVICE('b'),
        FIFO('p');

        private final char code;

        Type(char code) {
            this.code = code;
        }

        /** What stands for it where it is stored; it never changes. */
        char code() {
            return code;
        }

        static Type of(char code) {
            for (Type type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            throw new IllegalStateException("There is no type '" + code + "' of a file");
        }
    }

    boolean isDirectory() {
        return type == Type.DIRECTORY;
    }

    /** The path of the directory that it is in; empty for the root. */
    String parent() {
        return parentOf(path);
    }

    static String parentOf(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
