package dev.strata.access.http;

import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A page of a list that is ordered by name.
 *
 * @param after the name behind which it begins
 * @param size how many it has at the most
 */
record Paging(String after, int size) {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
    private static final int LARGEST = 1_000;
    private static final int USUAL = 50;

    static Paging of(Optional<String> n, Optional<String> after) {
        int size = n.map(Paging::number).orElse(USUAL);
        String from = after.orElse("");
        if (from.indexOf('\0') >= 0 || from.length() > 255) {
            throw RequestFields.invalid("after is the last name of the page before", "after");
        }
        return new Paging(from, size);
    }

    private static int number(String text) {
        if (NUMBER.matcher(text).matches() && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= LARGEST) {
            return Integer.parseInt(text);
        }
        throw RequestFields.invalid("n is a number from 1 to " + LARGEST, "n");
    }

    /** One more than the page has, by which one knows whether another follows. */
    int asked() {
        return size + 1;
    }

    /**
     * What the page has of what was found; the answer says where the next one is.
     *
     * @param path of the list
     * @param name of an element
     */
    <T> List<T> cut(List<T> found, Function<T, String> name, String path, Links links, HttpServletResponse response) {
        if (found.size() <= size) {
            return found;
        }
        List<T> page = found.subList(0, size);
        String last = URLEncoder.encode(name.apply(page.getLast()), StandardCharsets.UTF_8);
        links.setNext(response, path + "?n=" + size + "&after=" + last);
        return page;
    }
}
