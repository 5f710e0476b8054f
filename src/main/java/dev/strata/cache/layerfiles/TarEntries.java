package dev.strata.cache.layerfiles;

import dev.strata.cache.layerfiles.LayerFile.Type;
import dev.strata.cache.layerfiles.TarHeader.UnclearException;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a tar while its bytes pass by. It is strict: a tar that two programs could read in two ways has no
 * entries here. Takes a fixed amount of memory.
 */
final class TarEntries {

    /** No kernel takes a longer path. */
    private static final int LONGEST_PATH = 4096;
    /** Bytes of a header that goes on in the content. */
    private static final int LONGEST_EXTENSION = 64 * 1024;

    private final Consumer<LayerFile> found;
    private final byte[] block = new byte[TarHeader.BYTES];
    private final MessageDigest hash = DigestAlgorithm.SHA256.messageDigest();
    private final ByteArrayOutputStream extension = new ByteArrayOutputStream();
    private int filled;
    private long left;
    private long padding;
    private char type;
    private boolean isInContent;
    private int emptyBlocks;
    /** What was said of the entry that comes next. */
    private PaxRecords records = PaxRecords.NONE;
    private Optional<String> longPath = Optional.empty();
    private Optional<String> longTarget = Optional.empty();
    /** The file whose content is being read. */
    private @Nullable LayerFile file;

    TarEntries(Consumer<LayerFile> found) {
        this.found = found;
    }

    /** @throws UnclearException where it goes on in a way that is not understood; nothing can be read after that */
    void accept(byte[] bytes, int length) throws UnclearException {
        int at = 0;
        while (at < length && emptyBlocks < 2) {
            if (isInContent && left > 0) {
                int count = (int) Math.min(left, length - at);
                take(bytes, at, count);
                left -= count;
                at += count;
            } else if (padding > 0) {
                int count = (int) Math.min(padding, length - at);
                padding -= count;
                at += count;
            } else {
                int count = Math.min(TarHeader.BYTES - filled, length - at);
                System.arraycopy(bytes, at, block, filled, count);
                filled += count;
                at += count;
                if (filled == TarHeader.BYTES) {
                    filled = 0;
                    header();
                }
            }
            if (isInContent && left == 0) {
                isInContent = false;
                endContent();
            }
        }
    }

    /** @throws UnclearException where it breaks off */
    void end() throws UnclearException {
        boolean isWhole = !isInContent && padding == 0 && filled == 0 && !isAnythingSaid();
        if (emptyBlocks < 2 && !isWhole) {
            throw new UnclearException("it breaks off");
        }
    }

    private void take(byte[] bytes, int at, int count) {
        if (file == null) {
            extension.write(bytes, at, count);
        } else {
            hash.update(bytes, at, count);
        }
    }

    private void header() throws UnclearException {
        if (isEmpty()) {
            emptyBlocks++;
            return;
        }
        if (emptyBlocks > 0) {
            throw new UnclearException("something follows an empty block");
        }
        TarHeader header = new TarHeader(block);
        type = header.type();
        switch (type) {
            case 'x', 'L', 'K' -> startExtension(header.size());
            case '0', '\0', '1', '2', '3', '4', '5', '6' -> entry(header);
            default -> throw new UnclearException("an entry of the type " + (int) type);
        }
    }

    private boolean isEmpty() {
        for (byte each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private void startExtension(long size) throws UnclearException {
        if (size <= 0 || size > LONGEST_EXTENSION) {
            throw new UnclearException("an extended header of another size");
        }
        file = null;
        extension.reset();
        start(size);
    }

    private void start(long size) {
        left = size;
        padding = (TarHeader.BYTES - size % TarHeader.BYTES) % TarHeader.BYTES;
        isInContent = true;
    }

    private void endContent() throws UnclearException {
        if (file != null) {
            LayerFile whole = file;
            found.accept(new LayerFile(
                    whole.path(),
                    whole.type(),
                    whole.mode(),
                    whole.uid(),
                    whole.gid(),
                    whole.size(),
                    whole.target(),
                    Optional.of(Digest.ofBytes(hash.digest())),
                    whole.attributes()));
            file = null;
            return;
        }
        byte[] bytes = extension.toByteArray();
        boolean isSaid =
                switch (type) {
                    case 'x' -> records != PaxRecords.NONE;
                    case 'L' -> longPath.isPresent();
                    default -> longTarget.isPresent();
                };
        if (isSaid) {
            throw new UnclearException("two extended headers of one entry");
        }
        switch (type) {
            case 'x' -> records = PaxRecords.of(bytes);
            case 'L' -> longPath = Optional.of(upToZero(bytes));
            default -> longTarget = Optional.of(upToZero(bytes));
        }
    }

    private static String upToZero(byte[] bytes) throws UnclearException {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return TarHeader.utf8(bytes, 0, end);
    }

    private boolean isAnythingSaid() {
        return records != PaxRecords.NONE || longPath.isPresent() || longTarget.isPresent();
    }

    private void entry(TarHeader header) throws UnclearException {
        if (records != PaxRecords.NONE && (longPath.isPresent() || longTarget.isPresent())) {
            throw new UnclearException("extended headers of two forms");
        }
        String written = longPath.or(records::path).orElse(header.path());
        String target = longTarget.or(records::target).orElse(header.target());
        Type kind =
                switch (type) {
                    case '1' -> Type.HARD_LINK;
                    case '2' -> Type.LINK;
                    case '3' -> Type.CHARACTER_DEVICE;
                    case '4' -> Type.BLOCK_DEVICE;
                    case '5' -> Type.DIRECTORY;
                    case '6' -> Type.FIFO;
                    default -> Type.FILE;
                };
        long size = records.size(header.size());
        if (kind != Type.FILE && size > 0 || kind == Type.FILE && written.endsWith("/")) {
            throw new UnclearException("an entry that contradicts itself");
        }
        LayerFile entry = new LayerFile(
                path(written),
                kind,
                header.mode(),
                records.uid(header.uid()),
                records.gid(header.gid()),
                size,
                switch (kind) {
                    case LINK -> link(target);
                    case HARD_LINK -> path(target);
                    case CHARACTER_DEVICE, BLOCK_DEVICE -> header.device();
                    default -> "";
                },
                Optional.empty(),
                records.attributes());
        records = PaxRecords.NONE;
        longPath = Optional.empty();
        longTarget = Optional.empty();
        if (kind == Type.FILE) {
            file = entry;
            start(size);
        } else {
            found.accept(entry);
        }
    }

    /** A path without what is superfluous in it. */
    private static String path(String written) throws UnclearException {
        if (written.isEmpty() || written.length() > LONGEST_PATH || written.indexOf('\0') >= 0) {
            throw new UnclearException("a path of another length");
        }
        List<String> names = new ArrayList<>();
        for (String name : written.split("/")) {
            if (name.equals("..")) {
                throw new UnclearException("a path that leads upwards");
            }
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return String.join("/", names);
    }

    private static String link(String target) throws UnclearException {
        if (target.isEmpty() || target.length() > LONGEST_PATH || target.indexOf('\0') >= 0) {
            throw new UnclearException("a target of another length");
        }
        return target;
    }
}
