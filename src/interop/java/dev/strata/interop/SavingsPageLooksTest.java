package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.options.ColorScheme;
import dev.strata.testing.Size;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each view, narrow and wide, light and dark: axe finds nothing, nothing sticks out, and a screenshot is left to look at. Not
 * every view has all four, unless tests have their full size: narrow and dark, wide and light, and the next view the others.
 */
@InBrowser
class SavingsPageLooksTest {

    private static final int NARROW = 360;
    private static final int WIDE = 1600;

    private static final Map<String, BrowserContext> CONTEXTS = new HashMap<>();

    private static PageRegistry savings;
    private static PageRegistry empty;
    private static PageRegistry single;

    private final Browser browser;

    SavingsPageLooksTest(Browser browser) {
        this.browser = browser;
    }

    @BeforeAll
    static void push() throws IOException {
        savings = PageRegistry.with(SampleImages::pushTeam);
        empty = PageRegistry.with(images -> {});
        single = PageRegistry.with(images -> images.push("debian", "12", SampleImages.BASE));
    }

    @AfterAll
    static void stop() {
        CONTEXTS.values().forEach(BrowserContext::close);
        savings.close();
        empty.close();
        single.close();
    }

    private enum Content {
        TEAM,
        EMPTY,
        SINGLE
    }

    private static List<Arguments> looks() {
        List<Arguments> looks = new ArrayList<>();
        List<Arguments> views = views();
        for (int number = 0; number < views.size(); number++) {
            Object[] view = views.get(number).get();
            for (int width : new int[] {NARROW, WIDE}) {
                for (ColorScheme colours : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
                    boolean isChosen = (width == WIDE) == (colours == ColorScheme.LIGHT) ^ number % 2 == 1;
                    if (isChosen || Size.isFull()) {
                        looks.add(Arguments.of(view[0], view[1], view[2], width, colours));
                    }
                }
            }
        }
        return looks;
    }

    private static List<Arguments> views() {
        return List.of(
                Arguments.of(Content.TEAM, "overview", "/"),
                Arguments.of(Content.TEAM, "layers", "/?view=layers"),
                Arguments.of(Content.TEAM, "repositories", "/?view=repositories"),
                Arguments.of(Content.TEAM, "repository", "/?view=repository&name=team/billing&chosen=1.2.0,latest"),
                Arguments.of(Content.TEAM, "image", "/?view=image&name=team/billing&reference=latest"),
                Arguments.of(Content.TEAM, "index", "/?view=image&name=team/multi&reference=1"),
                Arguments.of(Content.TEAM, "history", "/?view=history"),
                Arguments.of(Content.TEAM, "unknown-view", "/?view=nothing"),
                Arguments.of(Content.TEAM, "unknown-repository", "/?view=repository&name=no/such"),
                Arguments.of(Content.TEAM, "nothing-found", "/?view=repositories&q=zzz"),
                Arguments.of(Content.EMPTY, "empty-overview", "/"),
                Arguments.of(Content.EMPTY, "empty-layers", "/?view=layers"),
                Arguments.of(Content.EMPTY, "empty-repositories", "/?view=repositories"),
                Arguments.of(Content.EMPTY, "empty-upkeep", "/?view=upkeep"),
                Arguments.of(Content.EMPTY, "empty-deletions", "/?view=deletions"),
                Arguments.of(Content.EMPTY, "empty-retention", "/?view=retention"),
                Arguments.of(Content.SINGLE, "single-overview", "/"),
                Arguments.of(Content.SINGLE, "single-layers", "/?view=layers"));
    }

    @ParameterizedTest(name = "{1}, {3} pixels, {4}")
    @MethodSource("looks")
    void aViewIsFitToBeUsed(Content content, String name, String address, int width, ColorScheme colours) {
        Registry registry = switch (content) {
            case TEAM -> savings.registry();
            case EMPTY -> empty.registry();
            case SINGLE -> single.registry();
        };
        BrowserContext context = CONTEXTS.computeIfAbsent(
                width + " " + colours, _ -> OpenPage.contextIn(browser, width, colours));
        try (OpenPage page = OpenPage.tab(context, registry).open(address)) {
            page.screenshot(name + "-" + width + "-" + colours.name().toLowerCase(Locale.ROOT));
            assertThat(page.failure() != null).as("it says that something is wrong").isEqualTo(name.startsWith("unknown"));
            assertThat(page.overflows()).as("one has to scroll sideways").isFalse();
            // The other mode opens another page each time, for the sake of frames, of which there are none.
            AxeBuilder axe = new AxeBuilder(page.page()).setLegacyMode(true);
            List<Rule> violations = axe.analyze().getViolations();
            assertThat(violations).as(() -> "what axe found: " + texts(violations)).isEmpty();
        }
    }

    private static List<String> texts(List<Rule> violations) {
        return violations.stream()
                .flatMap(rule -> rule.getNodes().stream().map(node -> rule.getId() + " at " + node.getTarget()))
                .toList();
    }
}
