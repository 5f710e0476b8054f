package dev.strata.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows Link headers: RFC 8288. */
final class Pages {

    private static final Pattern NEXT = Pattern.compile("<(/v2/[^>]+)>; rel=\"next\"");

    private Pages() {}

    /** The path of the page that a Link header leads to. */
    static String next(String link) {
        Matcher next = NEXT.matcher(link);
        assertThat(next.matches()).as(link).isTrue();
        return next.group(1);
    }
}
