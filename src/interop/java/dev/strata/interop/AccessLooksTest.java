package dev.strata.interop;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The views and the dialogs about access, narrow and dark, wide and light: axe finds nothing, and nothing sticks out. */
@InBrowser
@ExtendWith(LoginRegistry.Shared.class)
class AccessLooksTest {

    /** Each view with the buttons that open its dialogs. */
    private static final Map<String, List<String>> VIEWS = new TreeMap<>(Map.of(
            "robots", List.of("Make a robot", "Rotate looks"),
            "accounts&after=kzzz", List.of("Make an account", "Delete looks"),
            "grants", List.of("Add a grant"),
            "immutable", List.of(),
            "quotas", List.of(),
            "explain&as=account:looks&may=pull&on=looks/web", List.of(),
            "audit&n=20", List.of(),
            "me", List.of()));

    private final Browser browser;
    private final LoginRegistry login;

    AccessLooksTest(Browser browser, LoginRegistry login) {
        this.browser = browser;
        this.login = login;
    }

    private void fill() {
        if (login.ask("GET", "/accounts?n=1000", "").toString().contains("\"looks\"")) {
            return;
        }
        login.account("looks");
        login.account("looks-" + "w".repeat(120));
        login.ask("POST", "/robots", "{\"name\":\"looks\",\"repositories\":[\"looks/**\",\"" + "r".repeat(200)
                + "\"],\"actions\":[\"pull\",\"cache\"],\"cache_scopes\":[\"pr-*\"],\"expires_at\":\"2026-01-01T00:00:00Z\"}");
        login.ask("POST", "/grants", "{\"who\":\"account:looks\",\"on\":\"looks/**\",\"may\":\"pull\"}");
        login.ask("POST", "/grants", "{\"who\":{\"issuer\":\"https://looks.example\",\"claims\":{\"sub\":\"" + "c".repeat(300)
                + "\"}},\"on\":\"looks/web\",\"may\":\"pull\"}");
        login.ask("POST", "/immutable", "{\"on\":\"looks/**\",\"tags\":[\"v*\",\"" + "t".repeat(100) + "\"]}");
        login.ask("POST", "/quotas", "{\"on\":\"looks/**\",\"bytes\":\"1MB\"}");
        login.ask("POST", "/quotas", "{\"on\":\"nothing/**\",\"bytes\":\"0\"}");
    }

    @ParameterizedTest(name = "{0} pixels, {1}")
    @CsvSource({"320, DARK", "1280, LIGHT"})
    void eachViewIsFitToBeUsed(int width, ColorScheme colours) {
        fill();
        try (OpenPage page = OpenPage.in(browser, login.registry(), width, colours).open("/")) {
            Looks.areFit(page, "access-login", width, colours);
        }
        try (OpenPage page = OpenPage.in(browser, login, width, colours)) {
            VIEWS.forEach((view, buttons) -> {
                page.open("/?view=" + view);
                Looks.areFit(page, plain(view), width, colours);
                buttons.forEach(button -> {
                    page.button(button).first().click();
                    Looks.areFit(page, plain(button), width, colours);
                    page.page().keyboard().press("Escape");
                    page.dialog().waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
                });
            });
        }
    }

    private static String plain(String name) {
        return "access-" + name.replaceAll("&.*", "").replace(' ', '-').toLowerCase(Locale.ROOT);
    }
}
