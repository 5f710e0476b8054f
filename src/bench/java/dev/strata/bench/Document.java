package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A document that has a place for the figures of one run, between two markers; what is around it stays. */
record Document(Path file) {

    private static final Pattern PLACE =
            Pattern.compile("(<!-- benchmark:begin -->\n).*?(<!-- benchmark:end -->)", Pattern.DOTALL);

    /** Fails before a run, not after hours of it. */
    void requirePlace() throws IOException {
        if (!PLACE.matcher(Files.readString(file)).find()) {
            throw new IOException(file + " has no <!-- benchmark:begin --> with a <!-- benchmark:end --> after it");
        }
    }

    void write(String figures) throws IOException {
        requirePlace();
        Files.writeString(file, PLACE.matcher(Files.readString(file))
                .replaceFirst(place -> Matcher.quoteReplacement(
                        place.group(1) + "\n" + figures.strip() + "\n\n" + place.group(2))));
    }
}
