package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.strata.access.audit.AuditEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page tells of who did what, and what others than administrators see of all that. */
@InBrowser
class AccessPageTest extends AdministratorPageTestCase {

    AccessPageTest(Browser browser, LoginRegistry login) {
        super(browser, login);
    }

    @Test
    void theAuditIsFilteredAndPaged() {
        for (int i = 0; i < 5; i++) {
            login.account("audited-" + i);
        }
        awaitEvents("?what=ACCOUNT_CREATED&subject=audited-4", 1);
        page.open("/?view=audit&n=2");
        page.page().getByLabel("What", new Page.GetByLabelOptions().setExact(true)).selectOption("account created");
        page.page().getByLabel("Who").fill("account:admin");
        page.button("Filter").click();
        page.page().waitForURL(url -> url.endsWith("/?view=audit&what=ACCOUNT_CREATED&who=account%3Aadmin"));
        page.settled();
        assertThat(page.button("Filter")).isFocused();
        assertThat(page.page().locator("tbody th").allInnerTexts()).containsOnly("account created").hasSizeGreaterThan(4);

        page.open(page.address() + "&n=2");
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            shown.addAll(page.page().locator("tbody tr td:nth-child(4)").allInnerTexts());
            page.button("Next page").click();
            int row = 2 * (i + 1);
            page.page().waitForURL(url -> url.contains("row=" + row));
            page.settled();
        }
        assertThat(shown).doesNotHaveDuplicates().hasSize(4);

        page.link("Show all").click();
        page.settled();
        page.page().getByLabel("To what").fill("audited-3");
        page.button("Filter").click();
        assertThat(page.page().locator("tbody tr")).hasCount(1);
        assertThat(page.page().locator("tbody tr")).containsText("127.0.0.1");
        page.page().getByLabel("Until").fill("2020-01-01T00:00");
        page.button("Filter").click();
        assertThat(page.page().getByText("No events are like that")).isVisible();
        assertThat(page.page().getByLabel("Until")).hasValue("2020-01-01T00:00");
    }

    @Test
    void everyKindOfEventCanBeChosen() {
        page.open("/?view=audit&n=1");
        assertThat(page.page().getByLabel("What", new Page.GetByLabelOptions().setExact(true)).locator("option").all().stream()
                        .map(option -> option.getAttribute("value"))
                        .filter(value -> !value.isEmpty()))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(AuditEvent.What.values()).map(Enum::name).toList());
    }

    private void awaitEvents(String query, int count) {
        await("the events are kept").untilAsserted(
                () -> assertThat(login.ask("GET", "/audit" + query, "").path("events").size()).isEqualTo(count));
    }

    @Test
    void aMaintainerSeesTheirRobotsOnly() {
        String password = login.account("mia");
        login.ask("POST", "/grants", "{\"who\":\"account:mia\",\"on\":\"mia/**\",\"may\":[\"pull\",\"push\",\"maintain\"]}");
        login.ask("POST", "/robots", "{\"name\":\"of-admin\",\"repositories\":[\"mia/web\"],\"actions\":[\"pull\"]}");
        page.page().context().clearCookies();
        page.openAs("mia", password, "/");
        page.link("Access").click();
        assertThat(page.page().locator("h1")).hasText("Robots");
        assertThat(page.page().getByText("There are no robots")).isVisible();
        assertThat(page.page().getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Access"))).hasCount(0);
        page.button("Make a robot").click();
        fill("Name", "of-mia");
        fill("On repositories", "others/web");
        press("Make");
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).hasText("Robots are made by those who maintain a repository.");
        fill("On repositories", "mia/web");
        press("Make");
        page.button("I have it").click();
        assertThat(page.page().locator("tbody tr")).hasCount(1);
        assertThat(page.page().locator("tbody th")).containsText("of-mia");
    }

    @Test
    void whoeverHasNoRightsSeesNothingOfIt() {
        String password = login.account("zoe");
        page.page().context().clearCookies();
        page.openAs("zoe", password, "/");
        assertThat(page.failure()).isNull();
        assertThat(page.link("Access")).hasCount(0);
        List<String> views = List.of("accounts", "grants", "immutable", "quotas", "audit", "explain&as=anonymous&on=x&may=pull");
        for (String view : views) {
            page.open("/?view=" + view);
            assertThat(page.page().locator("main [role=alert]:visible").first()).containsText("You may not see this");
            assertThat(page.page().locator("main table")).hasCount(0);
            assertThat(page.link("Access")).hasCount(0);
        }
        // Nothing else was asked for that somebody may not have.
        awaitEvents("?who=account:zoe&what=REFUSED", views.size());
    }

    @Test
    void namesThatSomebodyChoseStayNames() {
        String wide = "w".repeat(128);
        login.account("משתמש.עם-שם");
        login.account(wide);
        login.ask("POST", "/grants", "{\"who\":\"group:<img src=x onerror=alert(1)>\",\"on\":\"hostile/**\",\"may\":\"pull\"}");
        login.send("evil\u202egnp.\u001b[31m<b>bold</b>", "no password", "GET", "/api/access/me", "");
        awaitEvents("?what=LOGIN_FAILED&n=1000&subject=" + "evil%E2%80%AEgnp.%1B%5B31m%3Cb%3Ebold%3C/b%3E", 1);
        page.open("/?view=accounts&n=1000");
        assertThat(page.table("Accounts")).containsText("משתמש.עם-שם");
        assertThat(page.overflows()).isFalse();
        pressIn(row("Accounts", "משתמש"), "Delete");
        assertThat(page.dialog().locator("h2")).hasText("Delete the account משתמש.עם-שם?");
        press("Cancel");
        page.open("/?view=grants&n=1000");
        assertThat(row("Grants", "hostile/**")).containsText("group:<img src=x onerror=alert(1)>");
        page.open("/?view=audit&what=LOGIN_FAILED&n=1000");
        assertThat(page.page().getByText("evil⟨U+202E⟩gnp.⟨U+001B⟩[31m<b>bold</b>")).isVisible();
        page.page().getByText("evil⟨U+202E⟩gnp.⟨U+001B⟩[31m<b>bold</b>").click();
        page.settled();
        assertThat(page.page().locator("tbody tr")).hasCount(1);
        assertThat(page.page().locator("main img, main b")).hasCount(0);
    }
}
