package dev.strata.upkeep.retention.rules;

import dev.strata.access.rights.InvalidGrantException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.springframework.boot.convert.DurationStyle;

/** Ages as they are written in rules: as in the settings, such as {@code 30d}. */
final class Ages {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Ages() {}

    static Duration of(String text) {
        try {
            Duration age = DurationStyle.detectAndParse(text);
            if (!age.isNegative() && age.compareTo(LONGEST) <= 0) {
                return age;
            }
        } catch (IllegalArgumentException | ArithmeticException | DateTimeParseException e) {
            throw new InvalidGrantException("'" + text + "' is no age such as 30d", e);
        }
        throw new InvalidGrantException("'" + text + "' is no age up to 36500d");
    }

    static String text(Duration age) {
        return age.toSecondsPart() == 0 && age.toMinutesPart() == 0 && age.toHoursPart() == 0 && !age.isZero()
                ? age.toDays() + "d"
                : age.toString();
    }
}
