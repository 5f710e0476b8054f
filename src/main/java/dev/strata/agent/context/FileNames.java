package dev.strata.agent.context;

import dev.strata.dockerfile.text.RawText;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The names of files as the builders see them: bytes that usually are UTF-8, whatever the locale says. Java reads and
 * writes names in the encoding of the locale, in which several files may have one name; only in a URI it keeps the bytes.
 */
final class FileNames {

    private FileNames() {}

    /** A path as text that loses nothing; see {@link RawText}. */
    static String text(Path path) {
        String asJavaReadsIt = path.toString();
        if (isAscii(asJavaReadsIt)) {
            return asJavaReadsIt;
        }
        String text = decoded(Path.of("/").resolve(path).toUri().getRawPath());
        String withoutEnd = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return path.isAbsolute() ? withoutEnd : withoutEnd.substring(1);
    }

    /**
     * The file of a name in a directory.
     *
     * @param directory an absolute path
     * @param relative names with {@code /} between them
     */
    static Path resolve(Path directory, String relative) {
        if (relative.isEmpty()) {
            return directory;
        }
        return isAscii(relative)
                ? directory.resolve(relative)
                : Path.of(URI.create("file://" + encoded(text(directory) + "/" + relative)));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String decoded(String rawPath) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(rawPath.length());
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c == '%') {
                bytes.write(HexFormat.fromHexDigits(rawPath, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return RawText.of(bytes.toByteArray());
    }

    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : RawText.bytes(path)) {
            boolean isPlain = b == '/' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
            encoded.append(isPlain ? String.valueOf((char) b) : "%" + HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return encoded.toString();
    }
}
