package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logging in and out in the page, and what ends meanwhile. */
@InBrowser
@ExtendWith(LoginRegistry.Shared.class)
class AccessLoginTest {

    private final Browser browser;
    private final LoginRegistry login;
    private OpenPage page;

    AccessLoginTest(Browser browser, LoginRegistry login) {
        this.browser = browser;
        this.login = login;
    }

    @BeforeEach
    void open() {
        page = OpenPage.in(browser, login.registry());
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void whoeverLogsInIsWhereTheyWantedToBe() {
        page.open("/?view=repositories&q=team");
        assertThat(page.heading()).isEqualTo("Log in");
        assertThat(page.page().getByLabel("Name")).isFocused();
        page.logIn(LoginRegistry.ADMIN, "a wrong password");
        assertThat(page.page().getByRole(AriaRole.ALERT)).hasText("The name or the password is wrong.");
        assertThat(page.page().getByLabel("Password")).isFocused();
        assertThat(page.page().getByLabel("Password")).hasValue("");
        page.logIn(LoginRegistry.ADMIN, LoginRegistry.PASSWORD);
        assertThat(page.page().locator("h1")).hasText("Repositories");
        assertThat(page.address()).isEqualTo("/?view=repositories&q=team");
        assertThat(page.page().locator("#identity")).containsText(LoginRegistry.ADMIN);
        assertThat(page.page().evaluate("document.cookie")).as("what a script could steal").isEqualTo("");
    }

    @Test
    void whoeverLogsOutSeesNothingMore() {
        page.openAs(LoginRegistry.ADMIN, LoginRegistry.PASSWORD, "/?view=accounts");
        assertThat(page.page().locator("h1")).hasText("Accounts");
        page.button("Log out").click();
        assertThat(page.page().locator("h1")).hasText("Log in");
        assertThat(page.link("Access")).hasCount(0);
        page.page().goBack();
        assertThat(page.page().locator("h1")).hasText("Log in");
        page.page().reload();
        assertThat(page.page().locator("h1")).hasText("Log in");
    }

    @Test
    void whoeverCannotLogOutIsTold() {
        page.openAs(LoginRegistry.ADMIN, LoginRegistry.PASSWORD, "/?view=me");
        page.page().route("**/api/access/session", Route::abort);
        page.button("Log out").first().click();
        assertThat(page.dialog()).containsText("You are still logged in");
        assertThat(page.dialog()).containsText("The server cannot be reached.");
        page.button("Close").click();
        assertThat(page.page().locator("h1")).hasText("Who am I");
    }

    @Test
    void whoAmI() {
        login.ask("POST", "/accounts", "{\"name\":\"who\",\"password\":\"who is that\",\"groups\":[\"web\",\"api\"]}");
        page.openAs("who", "who is that", "/?view=me");
        assertThat(page.page().locator(".facts")).containsText("who");
        assertThat(page.page().locator(".facts")).containsText("api, web");
        assertThat(page.page().locator(".facts")).containsText("Logged in until");
        page.page().locator("main").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Log out")).click();
        assertThat(page.page().locator("h1")).hasText("Log in");
    }

    @Test
    void whoeverChangesTheirPasswordLogsInWithIt() {
        String password = login.account("changing");
        page.openAs("changing", password, "/?view=me");
        page.button("Change the password").click();
        page.dialog().getByLabel("Old password").fill("a wrong password");
        page.dialog().getByLabel("New password").fill("another secret");
        page.dialog().getByRole(AriaRole.BUTTON, exactly("Change")).click();
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).hasText("The old password is wrong.");
        assertThat(page.dialog().getByLabel("Old password")).isFocused();
        page.dialog().getByLabel("Old password").fill(password);
        page.dialog().getByRole(AriaRole.BUTTON, exactly("Change")).click();
        assertThat(page.page().locator("h1")).hasText("Log in");
        assertThat(page.dialog()).hasCount(0);
        page.logIn("changing", "another secret");
        assertThat(page.page().locator("#identity")).containsText("changing");
    }

    /** What was written is still there, and what was asked for is done. */
    @Test
    void aSessionThatEndsMeanwhileLosesNothing() {
        page.openAs(LoginRegistry.ADMIN, LoginRegistry.PASSWORD, "/?view=accounts");
        page.button("Make an account").click();
        page.dialog().getByLabel("Name").fill("ended");
        page.dialog().getByLabel("Password").fill("ended's secret");
        page.page().context().clearCookies();
        page.dialog().getByRole(AriaRole.BUTTON, exactly("Make")).click();
        page.page().getByText("Your session has ended").waitFor();
        page.page().locator("dialog").last().getByLabel("Password").fill(LoginRegistry.PASSWORD);
        page.page().locator("dialog").last().getByRole(AriaRole.BUTTON, exactly("Log in")).click();
        assertThat(page.announcement()).hasText("The account ended is made.");
        assertThat(page.dialog()).hasCount(0);
        assertThat(page.address()).isEqualTo("/?view=accounts");
        assertThat(page.page().locator("tbody th").getByText("ended", textExactly())).isVisible();
    }

    @Test
    void whatOnePersonBeganAnotherDoesNotFinish() {
        String password = login.account("other");
        page.openAs(LoginRegistry.ADMIN, LoginRegistry.PASSWORD, "/?view=accounts");
        page.button("Make an account").click();
        page.dialog().getByLabel("Name").fill("unfinished");
        page.dialog().getByLabel("Password").fill("unfinished secret");
        page.page().context().clearCookies();
        page.dialog().getByRole(AriaRole.BUTTON, exactly("Make")).click();
        page.page().getByText("Your session has ended").waitFor();
        page.page().locator("dialog").last().getByLabel("Name").fill("other");
        page.page().locator("dialog").last().getByLabel("Password").fill(password);
        page.page().locator("dialog").last().getByRole(AriaRole.BUTTON, exactly("Log in")).click();
        assertThat(page.page().getByRole(AriaRole.ALERT)).containsText("This is for administrators");
        assertThat(page.dialog()).hasCount(0);
        assertThat(page.link("Access")).hasCount(0);
        assertThat(login.ask("GET", "/accounts?n=1000", "").toString()).doesNotContain("unfinished");
    }

    @Test
    void aPasswordThatChangesEndsTheSession() {
        String password = login.account("changed");
        page.openAs("changed", password, "/?view=repositories");
        login.ask("PATCH", "/accounts/changed", "{\"password\":\"another secret\"}");
        await("the session ends").untilAsserted(() -> {
            page.page().reload();
            assertThat(page.settled().heading()).isEqualTo("Log in");
        });
        page.logIn("changed", password);
        assertThat(page.page().getByRole(AriaRole.ALERT)).hasText("The name or the password is wrong.");
        page.logIn("changed", "another secret");
        assertThat(page.page().locator("h1")).hasText("Repositories");
    }

    @Test
    void issuersAreLinksThatLeadBack() {
        page.page().route("**/api/access/session", route -> route.fulfill(new Route.FulfillOptions()
                .setContentType("application/json")
                .setBody("{\"login\":true,\"passwords\":false,\"issuers\":[{\"name\":\"corp\",\"title\":\"<b>Corp\u202e\","
                        + "\"start\":\"/api/access/login/corp\"}]}")));
        page.open("/?view=repository&name=team/web");
        assertThat(page.link("Sign in with <b>Corp⟨U+202E⟩"))
                .hasAttribute("href", "/api/access/login/corp?return=%2F%3Fview%3Drepository%26name%3Dteam%2Fweb");
        assertThat(page.page().getByLabel("Password")).hasCount(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            refused     | the provider refused
            expired     | it took too long
            too_many    | Wait a minute
            unavailable | cannot be reached
            """)
    void whyAnIssuerDidNotHelpIsTold(String reason, String told) {
        page.open("/?login=" + reason);
        assertThat(page.page().getByRole(AriaRole.ALERT)).containsText(told);
        page.logIn(LoginRegistry.ADMIN, LoginRegistry.PASSWORD);
        assertThat(page.page().locator("#identity")).containsText(LoginRegistry.ADMIN);
        assertThat(page.address()).isEqualTo("/");
    }

    @Test
    void tooManyWrongPasswordsAreSlowedDown() {
        login.account("slow");
        page.open("/");
        await("the account is slowed down").untilAsserted(() -> {
            page.logIn("slow", "wrong password");
            assertThat(page.page().locator("[aria-disabled]")).hasCount(0);
            assertThat(page.page().getByRole(AriaRole.ALERT).innerText()).contains("too many wrong passwords. Try again in");
        });
    }

    private static Locator.GetByRoleOptions exactly(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }

    private static Locator.GetByTextOptions textExactly() {
        return new Locator.GetByTextOptions().setExact(true);
    }
}
