package dev.strata.web;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the proxy nearest to the client says of it: the first element of a Forwarded header; RFC 7239, section 4. */
final class ForwardedElement {

    private static final char END = '\0';

    private final String header;
    private int position;

    private ForwardedElement(String header) {
        this.header = header;
    }

    /** A parameter's value, without quotes. Empty where it is absent, or where the element cannot be read up to it. */
    static Optional<String> parameter(String header, String name) {
        return Optional.ofNullable(new ForwardedElement(header).read().get(name));
    }

    /** What cannot be read ends it, and where a parameter stands twice, the first one counts. */
    private Map<String, String> read() {
        Map<String, String> parameters = new LinkedHashMap<>();
        while (current() != END && current() != ',') {
            String name = token().toLowerCase(Locale.ROOT);
            if (current() == '=') {
                position++;
                Optional<String> value = value();
                if (value.isEmpty() || current() != ';' && current() != ',' && current() != END) {
                    break;
                }
                parameters.putIfAbsent(name, value.get());
            } else if (!name.isEmpty()) {
                break;
            }
            if (current() == ';') {
                position++;
            }
        }
        return parameters;
    }

    private char current() {
        return position < header.length() ? header.charAt(position) : END;
    }

    private Optional<String> value() {
        skipBlanks();
        return current() == '"' ? quoted() : Optional.of(token());
    }

    /** Everything up to a separator: hosts and addresses should be quoted, and are not always. */
    private String token() {
        int start = position;
        while (position < header.length() && "=;,\"".indexOf(current()) < 0) {
            position++;
        }
        return header.substring(start, position).strip();
    }

    /** Empty where no quote ends it. */
    private Optional<String> quoted() {
        StringBuilder text = new StringBuilder();
        for (position++; position < header.length(); position++) {
            char next = current();
            if (next == '"') {
                position++;
                skipBlanks();
                return Optional.of(text.toString());
            }
            if (next == '\\' && position + 1 < header.length()) {
                position++;
                next = current();
            }
            text.append(next);
        }
        return Optional.empty();
    }

    private void skipBlanks() {
        while (current() == ' ' || current() == '\t') {
            position++;
        }
    }
}
