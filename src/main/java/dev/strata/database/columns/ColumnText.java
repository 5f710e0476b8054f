package dev.strata.database.columns;

/** Text of others for a column of a given width. */
public final class ColumnText {

    private static final char REPLACEMENT = '\uFFFD';

    private ColumnText() {}

    /**
     * What both databases take of a text: no NUL, which PostgreSQL refuses, and no half of a surrogate pair.
     *
     * @param width of the column. H2 counts UTF-16 units, PostgreSQL counts code points, of which there are never more
     */
    public static String of(String text, int width) {
        int end = Math.min(text.length(), width);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder column = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                column.append(unit).append(text.charAt(++i));
            } else {
                column.append(unit == 0 || Character.isSurrogate(unit) ? REPLACEMENT : unit);
            }
        }
        return column.toString();
    }
}
