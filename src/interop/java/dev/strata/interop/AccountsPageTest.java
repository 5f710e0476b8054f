package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Accounts, robots and people in the page, as an administrator keeps them. */
@InBrowser
class AccountsPageTest extends AdministratorPageTestCase {

    AccountsPageTest(Browser browser, LoginRegistry login) {
        super(browser, login);
    }

    private int status(String name, String password, String path) {
        return login.send(name, password, "GET", path, "").statusCode();
    }

    @Test
    void anAccountIsMadeChangedAndDeleted() {
        page.open("/?view=accounts");
        page.button("Make an account").click();
        assertThat(page.dialog().getByLabel("Name")).isFocused();
        fill("Name", "ida");
        fill("Password", "short");
        press("Make");
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).hasText("A password has 8 to 72 bytes.");
        assertThat(page.dialog().getByLabel("Password")).isFocused();
        assertThat(page.dialog().getByLabel("Password")).hasAttribute("aria-invalid", "true");
        fill("Password", "ida's secret");
        fill("Groups", "web\n\n developers ");
        press("Make");
        assertThat(page.announcement()).hasText("The account ida is made.");
        assertThat(page.button("Make an account")).isFocused();
        assertThat(row("Accounts", "ida")).containsText("developersweb");
        assertThat(status("ida", "ida's secret", "/api/access/accounts")).isEqualTo(403);

        pressIn(row("Accounts", "ida"), "Change");
        assertThat(page.dialog().getByLabel("Groups")).hasValue("developers\nweb");
        fill("New password", "another secret");
        page.dialog().getByLabel("Administrator").check();
        press("Change");
        assertThat(page.announcement()).hasText("The account ida is changed.");
        assertThat(row("Accounts", "ida")).containsText("yes");
        assertThat(status("ida", "another secret", "/api/access/accounts")).isEqualTo(200);

        pressIn(row("Accounts", "ida"), "Revoke");
        press("Revoke");
        assertThat(page.announcement()).hasText("0 tokens of ida revoked.");

        pressIn(row("Accounts", "ida"), "Delete");
        assertThat(page.dialog().getByRole(AriaRole.BUTTON, exactly("Cancel"))).isFocused();
        page.page().keyboard().press("Escape");
        assertThat(page.dialog()).hasCount(0);
        assertThat(row("Accounts", "ida").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete")))
                .isFocused();
        page.page().keyboard().press("Enter");
        press("Delete");
        assertThat(page.announcement()).hasText("The account ida is deleted.");
        assertThat(row("Accounts", "ida")).hasCount(0);
        assertThat(page.page().locator(".table-frame")).isFocused();
        await("it is out").untilAsserted(() -> assertThat(status("ida", "another secret", "/api/access/me")).isEqualTo(401));
    }

    @Test
    void whatTheServerRefusesIsToldInTheDialog() {
        page.open("/?view=accounts&n=1000");
        page.button("Make an account").click();
        fill("Name", "a name");
        fill("Password", "a good secret");
        press("Make");
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).containsText("letters, digits and . _ @ + - only");
        assertThat(page.dialog().getByLabel("Name")).isFocused();
        fill("Name", LoginRegistry.ADMIN);
        press("Make");
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).hasText("There is an account of this name.");
        press("Cancel");
        assertThat(page.dialog()).hasCount(0);
    }

    @Test
    void accountsArePagedAndBackLeadsBack() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            login.account("page-" + i);
            all.add("page-" + i);
        }
        page.open("/?view=accounts&n=2&after=page-");
        List<String> shown = new ArrayList<>(page.page().locator("tbody th").allInnerTexts());
        page.button("Next page").click();
        page.page().waitForURL(url -> url.contains("row=2"));
        page.settled();
        assertThat(page.page().locator(".pager p")).containsText("3–4");
        shown.addAll(page.page().locator("tbody th").allInnerTexts());
        assertThat(shown).isEqualTo(all.subList(0, 4));
        page.page().goBack();
        assertThat(page.page().locator("tbody th").first()).hasText("page-0");
    }

    @Test
    void aSecretIsShownOnceAndCanBeCopied() {
        page.open("/?view=robots");
        page.page().context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        page.button("Make a robot").click();
        fill("Name", "ci");
        fill("On repositories", "team/**\nbase/*");
        page.dialog().getByLabel("push").check();
        page.dialog().getByLabel("cache: write the layer cache").check();
        fill("Cache scopes", "main");
        fill("Expires", "2030-01-01T00:00");
        press("Make");
        Locator secret = page.page().locator("#secret");
        String first = secret.inputValue();
        assertThat(first).startsWith("strata_robot_");
        assertThat(page.page().locator("section h2")).isFocused();
        page.button("Copy").click();
        assertThat(page.page().getByText("Copied.")).isVisible();
        assertThat(page.page().evaluate("navigator.clipboard.readText()")).isEqualTo(first);
        assertThat(row("Robots", "ci")).containsText("cache, pull, push");
        assertThat(row("Robots", "ci")).containsText("in 3 years");
        assertThat(row("Robots", "ci")).containsText("made by account:admin");
        assertThat(status("ci", first, "/api/access/me")).isEqualTo(200);

        page.button("I have it").click();
        assertThat(page.page().content()).doesNotContain(first);
        assertThat(page.button("Make a robot")).isFocused();
        page.page().reload();
        page.settled();
        assertThat(page.page().content()).doesNotContain("strata_robot_");

        pressIn(row("Robots", "ci"), "Rotate");
        page.dialog().getByLabel("The present secret works on").selectOption("for an hour");
        press("Rotate");
        String second = secret.inputValue();
        assertThat(second).startsWith("strata_robot_").isNotEqualTo(first);
        assertThat(status("ci", first, "/api/access/me")).isEqualTo(200);
        assertThat(status("ci", second, "/api/access/me")).isEqualTo(200);

        pressIn(row("Robots", "ci"), "Delete");
        press("Delete");
        assertThat(page.announcement()).hasText("The robot ci is deleted.");
        await("it is out").untilAsserted(() -> assertThat(status("ci", second, "/api/access/me")).isEqualTo(401));
    }

    /** Uses are written once a minute, for which no test waits. */
    @Test
    void aRobotSaysWhenAndFromWhereItWasLastUsed() {
        String hourAgo = Instant.now().minus(Duration.ofMinutes(65)).toString();
        page.page().route("**/api/access/robots*", route -> route.fulfill(new Route.FulfillOptions().setBody("""
                {"robots": [{"name": "old", "maker": "account:ann", "repositories": ["team/**"], "actions": ["pull"],
                  "cache_scopes": [], "created_at": "2026-11-01T00:00:00Z", "expires_at": "2026-11-02T00:00:00Z",
                  "last_used_at": "%s", "last_used_from": "2001:db8::1"}]}""".formatted(hourAgo))));
        page.open("/?view=robots");
        assertThat(row("Robots", "account:ann")).containsText("1 hour ago");
        assertThat(row("Robots", "account:ann")).containsText("from 2001:db8::1");
        assertThat(row("Robots", "account:ann")).containsText("expired");
    }

    /** What an issuer says is made up here; the view is there where the session names an issuer. */
    @Test
    void aPersonOfAnIssuerIsForgotten() {
        AtomicBoolean isForgotten = new AtomicBoolean();
        page.page().route("**/api/access/session", route -> route.fulfill(new Route.FulfillOptions().setBody("""
                {"login": true, "passwords": true, "issuers": [{"name": "corp", "title": "Corp", "start": "/api/access/login/corp"}],
                  "caller": {"kind": "account", "name": "admin", "title": "admin", "by": "session", "administrator": true,
                    "maintains": true}}""")));
        page.page().route("**/api/access/people*", route -> route.fulfill(new Route.FulfillOptions()
                .setBody(isForgotten.get() ? "{\"people\": []}" : """
                        {"people": [{"id": 7, "name": "corp/4711", "title": "Ann\u202e <b>B</b>", "groups": ["web"],
                          "created_at": "2026-11-01T00:00:00Z", "seen_at": "2026-11-02T00:00:00Z",
                          "expires_at": "2026-12-02T00:00:00Z"}]}""")));
        page.page().route("**/api/access/people/7", route -> {
            isForgotten.set(route.request().method().equals("DELETE"));
            route.fulfill(new Route.FulfillOptions().setStatus(204));
        });
        page.open("/?view=robots");
        page.link("People").click();
        assertThat(row("People", "corp/4711")).containsText("Ann⟨U+202E⟩ <b>B</b>");
        assertThat(row("People", "corp/4711")).containsText("web");
        pressIn(row("People", "corp/4711"), "Forget");
        press("Forget");
        assertThat(page.announcement()).hasText("Ann⟨U+202E⟩ <b>B</b> is forgotten.");
        assertThat(page.page().getByText("Nobody has signed in with a provider yet")).isVisible();
    }
}
