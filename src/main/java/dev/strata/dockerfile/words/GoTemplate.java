package dev.strata.dockerfile.words;

/**
 * A replacement in the form of Go's regular expressions: {@code $0} and {@code ${0}} are the match, {@code $$} is a dollar,
 * and any other name, which no pattern here gives to anything, is nothing.
 */
final class GoTemplate {

    private GoTemplate() {}

    static String filled(String template, String match) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            int dollar = template.indexOf('$', at);
            if (dollar < 0) {
                break;
            }
            filled.append(template, at, dollar);
            at = dollar + 1;
            if (template.startsWith("$", at)) {
                filled.append('$');
                at++;
                continue;
            }
            int start = template.startsWith("{", at) ? at + 1 : at;
            int end = endOfName(template, start);
            boolean braced = start > at;
            if (end == start || braced && !template.startsWith("}", end)) {
                filled.append('$');
                continue;
            }
            if (template.substring(start, end).equals("0")) {
                filled.append(match);
            }
            at = braced ? end + 1 : end;
        }
        return filled.append(template, at, template.length()).toString();
    }

    private static int endOfName(String template, int start) {
        int end = start;
        while (end < template.length()) {
            int character = template.codePointAt(end);
            if (!Character.isLetter(character) && !Character.isDigit(character) && character != '_') {
                break;
            }
            end += Character.charCount(character);
        }
        return end;
    }
}
