package dev.strata.access.rights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pattern of names: {@code *} stands for any characters of one segment, also none, and {@code **} for any characters,
 * also slashes. All other characters stand for themselves.
 *
 * <p>All ways in which a name can match are followed at once, a bit for each, so that no name makes the matcher go back:
 * the time is that of reading the name, times the pattern's length in words of 64.
 */
public final class Glob {

    /** In characters. Longer than any name that is matched, apart from claims. */
    public static final int LONGEST = 512;

    /** Where a star stands: before the character of this place, or behind the last one. */
    private enum Star {
        SEGMENT,
        ANY
    }

    private final String text;
    /** What is before the first star: most names differ here already. */
    private final String start;
    private final boolean isExact;
    /** Whether it is a start and {@code **} behind it. */
    private final boolean isPrefix;

    private final int words;
    private final int last;
    private final long[] anyHere;
    private final long[] segmentHere;
    private final Map<Character, long[]> places = new HashMap<>();

    private Glob(String text) {
        this.text = text;
        int star = text.indexOf('*');
        this.isExact = star < 0;
        this.start = isExact ? text : text.substring(0, star);
        String rest = text.substring(start.length());
        this.isPrefix = rest.equals("**");
        List<Character> characters = new ArrayList<>();
        Map<Integer, Star> stars = new HashMap<>();
        for (int i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) == '*') {
                boolean isDouble = i + 1 < rest.length() && rest.charAt(i + 1) == '*';
                Star kind = isDouble ? Star.ANY : Star.SEGMENT;
                stars.merge(characters.size(), kind, (one, other) -> one == Star.ANY ? one : other);
                i += isDouble ? 1 : 0;
            } else {
                characters.add(rest.charAt(i));
            }
        }
        this.last = characters.size();
        this.words = last / Long.SIZE + 1;
        this.anyHere = new long[words];
        this.segmentHere = new long[words];
        stars.forEach((place, kind) -> set(kind == Star.ANY ? anyHere : segmentHere, place));
        for (int i = 0; i < last; i++) {
            set(places.computeIfAbsent(characters.get(i), character -> new long[words]), i);
        }
    }

    /** @throws InvalidGrantException where it is empty, too long, or has characters that no name has */
    public static Glob of(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new InvalidGrantException("a pattern has 1 to " + LONGEST + " characters");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidGrantException("a pattern has no control characters");
        }
        return new Glob(text);
    }

    public boolean matches(String name) {
        if (isExact) {
            return name.equals(start);
        }
        if (!name.startsWith(start)) {
            return false;
        }
        return isPrefix || matchesRest(name);
    }

    private boolean matchesRest(String name) {
        long[] at = new long[words];
        at[0] = 1;
        for (int i = start.length(); i < name.length(); i++) {
            char character = name.charAt(i);
            long[] here = places.get(character);
            long carried = 0;
            boolean isAlive = false;
            for (int word = 0; word < words; word++) {
                long moving = here == null ? 0 : at[word] & here[word];
                long staying = at[word] & (character == '/' ? anyHere[word] : anyHere[word] | segmentHere[word]);
                at[word] = moving << 1 | carried | staying;
                carried = moving >>> Long.SIZE - 1;
                isAlive |= at[word] != 0;
            }
            if (!isAlive) {
                return false;
            }
        }
        return (at[last / Long.SIZE] & 1L << last) != 0;
    }

    private static void set(long[] bits, int place) {
        bits[place / Long.SIZE] |= 1L << place;
    }

    /** Whether all that another one matches is known to match. It may be so where this says that it is not. */
    public boolean covers(Glob other) {
        return equals(other)
                || other.isExact && matches(other.start)
                || isPrefix && other.start.startsWith(start);
    }

    /** What every name that matches begins with. */
    public String start() {
        return start;
    }

    /** Whether nothing but its own text matches. */
    public boolean isExact() {
        return isExact;
    }

    /** Whether it says nothing of a name, but for its segments. */
    public boolean isOnlyStars() {
        return text.chars().allMatch(character -> character == '*' || character == '/');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Glob glob && glob.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
