package dev.strata.savings.http;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.savings.lists.ListRequest;
import dev.strata.savings.lists.PageToken;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads query parameters, and names those that are not acceptable. */
final class Parameters {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern SEARCH = Pattern.compile("\\P{Cntrl}{0,255}");
    private static final int DEFAULT_PAGE = 50;
    private static final int LARGEST_PAGE = 1_000;

    private Parameters() {}

    /** The sort, by default the first of the enum; names ascend by default, and figures descend. */
    static <S extends Enum<S>> ListRequest<S> list(
            Class<S> sorts,
            Optional<String> sort,
            Optional<String> order,
            Optional<String> search,
            Optional<String> n,
            Optional<String> after) {
        S by = oneOf("sort", sorts, sort.orElse(name(sorts.getEnumConstants()[0])));
        Order direction = oneOf("order", Order.class, order.orElse(by.ordinal() == 0 ? "asc" : "desc"));
        if (search.isPresent() && !SEARCH.matcher(search.get()).matches()) {
            throw invalid("q", search.get(), "is a part of a name");
        }
        return new ListRequest<>(
                by,
                direction == Order.DESC,
                search.orElse(""),
                number("n", n, 1, LARGEST_PAGE, DEFAULT_PAGE),
                after.map(PageToken::of));
    }

    private enum Order {
        ASC,
        DESC
    }

    static <E extends Enum<E>> E oneOf(String parameter, Class<E> values, String text) {
        return EnumSet.allOf(values).stream()
                .filter(value -> name(value).equals(text))
                .findFirst()
                .orElseThrow(() -> invalid(
                        parameter,
                        text,
                        "is one of " + Arrays.stream(values.getEnumConstants()).map(Parameters::name).toList()));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static int number(String parameter, Optional<String> text, int least, int most, int otherwise) {
        if (text.isEmpty()) {
            return otherwise;
        }
        if (NUMBER.matcher(text.get()).matches()) {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw invalid(parameter, text.get(), "is a number from " + least + " to " + most);
    }

    static RegistryException invalid(String parameter, String value, String what) {
        return new RegistryException(
                Problem.PARAMETER_INVALID, parameter + " " + what, Map.of(parameter, value));
    }
}
