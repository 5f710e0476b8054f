package dev.strata.bench;

import java.util.Optional;

/**
 * An answer's head. The lines stay one string and are searched when asked for, since most are never asked for.
 *
 * @param lines the whole head, each line with its CRLF
 * @param toHead whether it answers a HEAD, and so has no body whatever its headers say
 */
record Answer(String lines, boolean toHead) {

    int status() {
        return Integer.parseInt(lines, 9, 12, 10);
    }

    Optional<String> header(String name) {
        int line = lines.indexOf("\r\n") + 2;
        while (line < lines.length()) {
            int end = lines.indexOf("\r\n", line);
            if (lines.regionMatches(true, line, name, 0, name.length()) && lines.charAt(line + name.length()) == ':') {
                return Optional.of(lines.substring(line + name.length() + 1, end).strip());
            }
            line = end + 2;
        }
        return Optional.empty();
    }

    /** The body's length; -1 where it comes in chunks. */
    long bodyLength() {
        int status = status();
        if (toHead || status == 204 || status == 304 || status < 200) {
            return 0;
        }
        Optional<String> length = header("Content-Length");
        if (length.isPresent()) {
            return Long.parseLong(length.get());
        }
        if (header("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
            return -1;
        }
        throw new CaseFailedException("an answer of unknown length: " + lines);
    }

    boolean closesConnection() {
        return header("Connection").filter("close"::equalsIgnoreCase).isPresent();
    }

    /** The Location, without scheme and host. */
    String location() {
        String location = header("Location").orElseThrow(() -> new CaseFailedException("no Location: " + lines));
        int authority = location.indexOf("://");
        return authority < 0 ? location : location.substring(location.indexOf('/', authority + 3));
    }
}
