package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page shows while it waits, when what it waits for does not come, and where there is little to show. */
@InBrowser
class SavingsPageStatesTest {

    private static final String REPORT = "**/api/savings";

    private static PageRegistry savings;

    private final Browser browser;
    private OpenPage page;

    SavingsPageStatesTest(Browser browser) {
        this.browser = browser;
    }

    @BeforeAll
    static void push() throws IOException {
        savings = PageRegistry.with(images -> images.push("debian", "12", SampleImages.BASE));
    }

    @AfterAll
    static void stop() {
        savings.close();
    }

    @BeforeEach
    void open() {
        page = OpenPage.in(browser, savings.registry());
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void whatIsLoadedIsNamedUntilItIsThere() {
        AtomicReference<Route> held = new AtomicReference<>();
        page.page().route(REPORT, held::set);
        page.page().navigate("http://" + savings.registry().address() + "/");
        assertThat(page.page().getByText("Loading the savings …")).isVisible();
        page.screenshot("loading");
        held.get().resume();
        assertThat(page.page().locator("h1")).containsText("saved");
        assertThat(page.page().locator("[aria-busy=true]")).hasCount(0);
    }

    @ParameterizedTest
    @CsvSource({"500, internal error", "429, too many requests change the same content"})
    void whatTheServerRefusesIsToldAndCanBeTriedAgain(int status, String message) {
        page.page().route(REPORT, route -> route.fulfill(new Route.FulfillOptions()
                .setStatus(status)
                .setContentType("application/json")
                .setBody("{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"" + message + "\",\"detail\":{}}]}")));
        page.open("/");
        assertThat(page.page().getByRole(AriaRole.ALERT)).containsText(message.substring(1));
        page.page().unroute(REPORT);
        page.button("Try again").click();
        assertThat(page.page().locator("h1")).containsText("saved");
    }

    /** A proxy's own page, or nothing at all. */
    @Test
    void whatIsNoAnswerOfTheServerIsToldToo() {
        page.page().route(REPORT, route -> route.fulfill(new Route.FulfillOptions().setStatus(502).setBody("<h1>Bad gateway")));
        page.open("/");
        assertThat(page.page().getByRole(AriaRole.ALERT)).containsText("The server answered with status 502.");
        page.page().unroute(REPORT);
        page.page().route(REPORT, Route::abort);
        page.button("Try again").click();
        assertThat(page.page().getByRole(AriaRole.ALERT)).containsText("The server cannot be reached.");
        page.screenshot("failed");
    }

    /** One part that fails leaves the others. */
    @Test
    void aPartThatFailsLeavesTheOthers() {
        page.page().route("**/api/savings/bases*", Route::abort);
        page.open("/");
        assertThat(page.page().getByRole(AriaRole.ALERT)).hasCount(1);
        assertThat(page.page().locator("h1")).containsText("saved");
        assertThat(page.rows("Repositories whose deletion would free most")).containsExactly("debian");
    }

    /** Answers come in any order; the newest question counts. */
    @Test
    void anAnswerThatComesTooLateIsDropped() {
        AtomicReference<Route> slow = new AtomicReference<>();
        page.open("/?view=repositories");
        page.page().route("**/api/savings/repositories?*q=zzz*", slow::set);
        page.page().getByRole(AriaRole.SEARCHBOX).fill("zzz");
        page.page().waitForCondition(() -> slow.get() != null);
        page.page().getByRole(AriaRole.SEARCHBOX).fill("deb");
        page.page().waitForURL(url -> url.contains("q=deb"));
        page.settled();
        assertThat(page.rows("Repositories")).containsExactly("debian");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/?view=nothing", "/?view=constructor", "/?view=repository&name=no/such", "/?view=repository&name=NOT+A+NAME",
        "/?view=repository", "/?view=image&name=team/orders&reference=none", "/?view=image&name=team/orders",
        "/?view=image&name=team/orders&reference=sha256:12", "/?view=blob&digest=sha256:12", "/?view=blob",
        "/?view=repositories&after=no-page-token", "/?view=repositories&sort=colour", "/?view=repositories&order=up",
        "/?view=repositories&n=100000000000", "/?view=repositories&n=-1", "/?view=layers&stack=none",
        "/?view=layers&breadth=1000000", "/?view=history&range=century", "/?view=accounts", "/?view=me"
    })
    void anAddressThatLeadsNowhereSaysSo(String address) {
        page.open(address);
        assertThat(page.failure()).isNotBlank().doesNotContain("undefined", "[object");
        assertThat(page.page().locator("h1")).hasCount(1);
        page.link("Go to the overview").click();
        page.settled();
        assertThat(page.page().locator("h1")).containsText("saved");
    }

    @Test
    void withoutALoginNothingIsShownOfIt() {
        page.open("/");
        assertThat(page.page().locator("#identity")).isEmpty();
        assertThat(page.page().getByRole(AriaRole.NAVIGATION)).hasCount(1);
        assertThat(page.page().locator("#views a")).hasText(new String[] {"Overview", "Layers", "Repositories", "History", "Upkeep"});
    }

    @Test
    void theKeyboardReachesTheContentPastTheNavigation() {
        page.open("/");
        page.page().keyboard().press("Tab");
        assertThat(page.link("Skip to content")).isFocused();
        page.page().keyboard().press("Enter");
        assertThat(page.page().locator("main")).isFocused();
        page.page().keyboard().press("Tab");
        assertThat(page.link("Over time")).isFocused();
    }
}
