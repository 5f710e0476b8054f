package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Locale;

/** What holds of every view: axe finds nothing, nothing sticks out, and a screenshot is left to look at. */
final class Looks {

    private Looks() {}

    static void areFit(OpenPage page, String name, int width, ColorScheme colours) {
        String file = name + "-" + width + "-" + colours.name().toLowerCase(Locale.ROOT) + ".png";
        page.page().screenshot(new Page.ScreenshotOptions().setPath(OpenPage.ARTIFACTS.resolve(file)));
        assertThat(page.overflows()).as("one has to scroll %s sideways", name).isFalse();
        // The other mode opens another page each time, for the sake of frames, of which there are none.
        List<Rule> violations = new AxeBuilder(page.page()).setLegacyMode(true).analyze().getViolations();
        assertThat(violations).as(() -> name + ": " + texts(violations)).isEmpty();
    }

    private static List<String> texts(List<Rule> violations) {
        return violations.stream()
                .flatMap(rule -> rule.getNodes().stream().map(node -> rule.getId() + " at " + node.getTarget()))
                .toList();
    }
}
