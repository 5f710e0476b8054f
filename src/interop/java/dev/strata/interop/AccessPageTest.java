package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.strata.access.audit.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What an administrator does in the page, and what others see of it. */
@InBrowser
@ExtendWith(LoginRegistry.Shared.class)
class AccessPageTest {

    private final Browser browser;
    private final LoginRegistry login;
    private OpenPage page;

    AccessPageTest(Browser browser, LoginRegistry login) {
        this.browser = browser;
        this.login = login;
    }

    @BeforeEach
    void open() {
        page = OpenPage.in(browser, login);
    }

    @AfterEach
    void close() {
        page.close();
    }

    private Locator row(String table, String name) {
        return page.table(table).getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(name));
    }

    private void press(String button) {
        page.dialog().getByRole(AriaRole.BUTTON, exactly(button)).click();
    }

    private void pressIn(Locator row, String button) {
        row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button)).click();
    }

    private static Locator.GetByRoleOptions exactly(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }

    private void fill(String field, String text) {
        page.dialog().getByLabel(field, new Locator.GetByLabelOptions().setExact(true)).fill(text);
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

    @Test
    void aGrantIsInForceWhenItIsAddedAndGoneWhenItIsDeleted() {
        String password = login.account("gus");
        page.open("/?view=grants&n=1000");
        page.button("Add a grant").click();
        fill("Name", "gus");
        page.dialog().getByLabel("push").check();
        page.dialog().getByLabel("pull").check();
        fill("On repositories", "granted/*");
        press("Add");
        assertThat(page.announcement()).hasText("Added: account:gus may pull, push on granted/*");
        assertThat(login.send("gus", password, "POST", "/v2/granted/web/blobs/uploads/", "").statusCode()).isEqualTo(202);

        pressIn(row("Grants", "account:gus"), "Delete");
        assertThat(page.dialog()).containsText("account:gus may pull, push on granted/*");
        press("Delete");
        assertThat(row("Grants", "account:gus")).hasCount(0);
        assertThat(login.send("gus", password, "POST", "/v2/granted/web/blobs/uploads/", "").statusCode()).isEqualTo(404);
    }

    @Test
    void aGrantToAWorkloadHasItsClaims() {
        page.open("/?view=grants&n=1000");
        page.button("Add a grant").click();
        page.dialog().getByLabel("Who").selectOption("a workload of an issuer");
        fill("URL of the issuer", "https://issuer.example");
        page.dialog().getByLabel("pull").check();
        fill("On repositories", "claimed/web");
        press("Add");
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).containsText("unless it says what a claim beside the audience has to be");
        fill("Claims", "repository=acme/web\nref=refs/heads/main\nref=refs/heads/next\n__proto__=x");
        page.dialog().getByLabel("cache: write the layer cache").check();
        fill("Cache scopes", "main");
        press("Add");
        assertThat(row("Grants", "https://issuer.example")).containsText("ref = refs/heads/main or refs/heads/next");
        assertThat(row("Grants", "https://issuer.example")).containsText("pull, cache");
        JsonNode added = login.ask("GET", "/grants?n=1000", "").path("grants").valueStream()
                .filter(grant -> grant.path("who").path("issuer").asString("").equals("https://issuer.example"))
                .findAny()
                .orElseThrow();
        assertThat(added.at("/who/claims/ref")).extracting(JsonNode::asString).containsExactly("refs/heads/main", "refs/heads/next");
        assertThat(added.at("/who/claims/__proto__/0").asString()).isEqualTo("x");
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

    @Test
    void aRuleOfImmutableTagsIsAddedAndDeleted() {
        page.open("/?view=immutable");
        page.button("Add a rule").click();
        fill("On repositories", "kept/**");
        fill("Tags", "v*\nrelease-*");
        press("Add");
        assertThat(row("Immutable tags", "kept/**")).containsText("release-*");
        pressIn(row("Immutable tags", "kept/**"), "Delete");
        press("Delete");
        assertThat(page.announcement()).hasText("Deleted: v*, release-* on kept/**");
        assertThat(row("Immutable tags", "kept/**")).hasCount(0);
    }

    @Test
    void aQuotaSaysHowMuchIsUsed() {
        page.open("/?view=quotas");
        page.button("Add a quota").click();
        fill("On repositories", "quota/*");
        fill("Size", "much");
        press("Add");
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).containsText("'much' is no size such as 100GB");
        fill("Size", "1KB");
        press("Add");
        assertThat(row("Quotas", "quota/*")).containsText("0 B, 0 %");
        String content = "x".repeat(256);
        String digest = Registry.digestOf(content.getBytes(UTF_8));
        assertThat(login.send(LoginRegistry.ADMIN, LoginRegistry.PASSWORD, "POST",
                                "/v2/quota/web/blobs/uploads/?digest=" + digest, content).statusCode())
                .isEqualTo(201);
        page.page().reload();
        assertThat(row("Quotas", "quota/*")).containsText("256 B, 25 %");
        assertThat(page.value("Quotas", "quota/*", "Limit")).isEqualTo(1_024);
        await("it is counted").untilAsserted(() -> {
            page.page().reload();
            assertThat(row("Quotas", "quota/*")).containsText("counted");
            assertThat(row("Quotas", "quota/*")).not().containsText("not counted yet");
        });
    }

    @Test
    void anExplanationNamesTheGrantsAndIsInTheAddress() {
        login.account("eve");
        login.ask("POST", "/grants", "{\"who\":\"account:eve\",\"on\":\"explained/**\",\"may\":[\"pull\",\"cache\"],\"cache\":\"pr-*\"}");
        page.open("/?view=explain");
        Page tab = page.page();
        tab.getByLabel("Name").fill("eve");
        tab.getByLabel("On the repository").fill("explained/web");
        page.button("Explain").click();
        assertThat(tab.locator(".verdict")).hasText("Yes");
        assertThat(page.table("Grants that allow it")).containsText("account:eve may [pull, cache] [pr-*] on [explained/**]");
        assertThat(page.button("Explain")).isFocused();

        tab.getByLabel("May").selectOption("cache");
        tab.getByLabel("Cache scope").fill("main");
        page.button("Explain").click();
        assertThat(tab.locator(".verdict")).hasText("No");
        assertThat(page.address()).isEqualTo("/?view=explain&as=account%3Aeve&may=cache&on=explained/web&scope=main");
        tab.reload();
        assertThat(tab.locator(".verdict")).hasText("No");
        assertThat(tab.getByLabel("Cache scope")).hasValue("main");
        tab.goBack();
        assertThat(tab.locator(".verdict")).hasText("Yes");
        assertThat(tab.getByLabel("May")).hasValue("pull");

        tab.getByLabel("On the repository").fill("NOT A NAME");
        page.button("Explain").click();
        assertThat(tab.locator("main [role=alert]:visible")).not().isEmpty();
    }

    @Test
    void anExplanationOfAWorkloadTakesClaims() {
        login.ask("POST", "/grants", "{\"who\":{\"issuer\":\"https://ci.example\",\"claims\":{\"ref\":\"main\",\"repository\":\"a/b\"}},"
                + "\"on\":\"claims/web\",\"may\":\"pull\"}");
        page.open("/?view=explain");
        page.page().getByLabel("Who").selectOption("a workload of an issuer");
        page.page().getByLabel("URL of the issuer").fill("https://ci.example");
        page.page().getByLabel("Claims").fill("ref=main\nrepository=a/b");
        page.page().getByLabel("On the repository").fill("claims/web");
        page.button("Explain").click();
        assertThat(page.page().locator(".verdict")).hasText("Yes");
        page.page().reload();
        assertThat(page.page().locator(".verdict")).hasText("Yes");
        assertThat(page.page().getByLabel("Claims")).hasValue("ref=main\nrepository=a/b");
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
