package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What is deleted, taken back and given up in the page, and what it says of the disk. */
@InBrowser
class UpkeepPageTest extends AdministratorPageTestCase {

    private static final String DAMAGE = """
            {"damage": [
              {"digest": "sha256:%s", "what": "blob", "kind": "broken", "size": 70000, "found": "2026-11-01T00:00:00Z",
                "repositories": ["team/<b>web</b>", "%s"]},
              {"digest": "sha512:%s", "what": "manifest", "kind": "missing", "size": 12, "found": "2026-11-02T00:00:00Z",
                "repositories": []}]}"""
            .formatted("a1".repeat(32), "r".repeat(200), "b2".repeat(64));

    private static final String LOW = """
            {"undo_seconds": 604800, "grace_seconds": 86400,
              "held": {"bytes": 0, "goes": [{"within_seconds": 3600, "bytes": 0}, {"bytes": 0}], "counted_at": "2026-11-02T00:00:00Z"},
              "disk": {"free": 100000000, "gives_up_below": 402653184, "refuses_below": 268435456,
                "given_up": {"at": "2026-11-02T00:00:00Z", "items": 12, "bytes": 3221225472}},
              "scrub": {"phase": "reading", "share": 0.42, "begun_at": "2026-11-01T00:00:00Z", "damaged": 2}}""";

    UpkeepPageTest(Browser browser, LoginRegistry login) {
        super(browser, login);
    }

    private HttpResponse<String> send(String method, String path, String body) {
        return login.send(LoginRegistry.ADMIN, LoginRegistry.PASSWORD, method, path, body);
    }

    private JsonNode api(String path) {
        return Registry.json(send("GET", path, "").body());
    }

    private int status(String repository, String reference) {
        return send("GET", "/v2/" + repository + "/manifests/" + reference, "").statusCode();
    }

    private void delete(String repository, String tag) {
        assertThat(send("POST", "/api/repositories/" + repository + "/deletions", "{\"tags\":[\"" + tag + "\"]}").statusCode())
                .isEqualTo(200);
    }

    private void isFolded() {
        await("the figures").until(() -> api("/api/savings").path("pending").asInt() == 0);
    }

    @Test
    void tagsAreDeletedWithTheirImagesAndTakenBack() {
        login.pushImage("upkeep/web", "1", "the first layer");
        login.pushImage("upkeep/web", "1-again", "the first layer");
        login.pushImage("upkeep/web", "2", "the second layer");
        isFolded();
        page.open("/?view=repository&name=upkeep/web");
        page.page().getByLabel("Choose 1", new Page.GetByLabelOptions().setExact(true)).check();
        page.page().getByLabel("Choose 1-again").check();
        Locator choice = page.page().locator(".choice");
        assertThat(choice).containsText("2 tags together would free");
        String freed = choice.locator("data").getAttribute("value");
        choice.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete")).click();
        assertThat(page.dialog()).containsText("Delete 2 tags of upkeep/web?");
        assertThat(page.dialog()).containsText("You can take it back for 7 days.");
        assertThat(page.dialog().locator("data")).hasAttribute("value", freed);
        assertThat(page.dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Cancel"))).isFocused();
        press("Delete");
        Locator told = page.page().getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("What was deleted"));
        assertThat(told.locator("h2")).hasText("2 tags deleted");
        assertThat(told.locator("h2")).isFocused();
        assertThat(told).containsText("Until then it can be taken back.");
        assertThat(told.locator("data")).hasAttribute("value", freed);
        assertThat(page.table("Tags of upkeep/web").locator("tbody tr")).hasCount(1);
        assertThat(choice).isHidden();
        assertThat(status("upkeep/web", "1-again")).isEqualTo(404);

        page.button("Undo").click();
        assertThat(page.announcement()).hasText("2 tags restored.");
        assertThat(page.table("Tags of upkeep/web").locator("tbody tr")).hasCount(3);
        assertThat(told).hasCount(0);
        assertThat(status("upkeep/web", "1")).isEqualTo(200);
        assertThat(status("upkeep/web", "1-again")).isEqualTo(200);
    }

    @Test
    void anImageIsDeletedWhereItIsShown() {
        String digest = login.pushImage("upkeep/image", "only", "the layer of the only image");
        isFolded();
        page.open("/?view=image&name=upkeep/image&reference=" + digest);
        page.button("Delete this image").click();
        assertThat(page.dialog()).containsText(digest);
        press("Delete");
        assertThat(page.page().getByRole(AriaRole.ALERT).filter(new Locator.FilterOptions().setHasText("Not found"))).isVisible();
        assertThat(status("upkeep/image", "only")).isEqualTo(404);
        page.button("Undo").click();
        assertThat(page.announcement()).hasText("1 image restored.");
        assertThat(page.page().locator("dl.facts")).containsText(digest);
        assertThat(status("upkeep/image", "only")).isEqualTo(200);
    }

    @Test
    void whatIsRefusedIsToldAndDeletesNothing() {
        login.pushImage("upkeep/kept", "v1", "what is kept");
        login.ask("POST", "/immutable", "{\"on\":\"upkeep/kept\",\"tags\":[\"v*\"]}");
        isFolded();
        page.open("/?view=image&name=upkeep/kept&reference=v1");
        page.button("Delete this tag").click();
        press("Delete");
        Locator told = page.page().getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("What was deleted"));
        assertThat(told.locator("h2")).hasText("Nothing was deleted");
        assertThat(told.locator(".bad")).containsText("v1");
        assertThat(page.button("Undo")).hasCount(0);
        assertThat(status("upkeep/kept", "v1")).isEqualTo(200);
    }

    @Test
    void aTagPointsAgainWhereItPointed() {
        String first = login.pushImage("upkeep/moved", "latest", "the first layer of all");
        String second = login.pushImage("upkeep/moved", "latest", "another layer");
        isFolded();
        page.open("/?view=image&name=upkeep/moved&reference=latest");
        page.link("Where this tag pointed").click();
        page.settled();
        assertThat(page.heading()).isEqualTo("History of upkeep/moved:latest");
        assertThat(page.page().locator("main section").first()).containsText(second.substring(7, 19));
        assertThat(page.page().locator("main section").first()).containsText("by account:admin");
        assertThat(row("Where it pointed", first.substring(7, 19))).containsText("it was moved by account:admin");
        pressIn(row("Where it pointed", first.substring(7, 19)), "Restore");
        press("Restore");
        assertThat(page.announcement()).hasText("latest points at " + first.substring(7, 19) + " again.");
        assertThat(page.page().locator("main section").first()).containsText(first.substring(7, 19));
        assertThat(Registry.digestOf(send("GET", "/v2/upkeep/moved/manifests/latest", "").body().getBytes())).isEqualTo(first);

        delete("upkeep/moved", "latest");
        page.open("/?view=changes&name=upkeep/moved");
        assertThat(row("Changed tags of upkeep/moved", "latest")).containsText("deleted");
        page.link("latest").click();
        page.settled();
        assertThat(page.page().locator("main section").first()).containsText("There is no such tag any more");
        pressIn(page.table("Where it pointed").locator("tbody tr").first(), "Restore");
        press("Restore");
        assertThat(page.page().locator("main section").first()).containsText("It points at");
        assertThat(status("upkeep/moved", "latest")).isEqualTo(200);
    }

    @Test
    void whatWasDeletedIsListedAndComesBack() {
        for (String tag : List.of("a", "b")) {
            login.pushImage("upkeep/list", tag, "a layer of " + tag);
            delete("upkeep/list", tag);
        }
        page.open("/?view=deletions&n=1");
        Locator rows = page.table("Deletions").locator("tbody tr");
        assertThat(rows).hasCount(1);
        assertThat(rows).containsText("by account:admin");
        assertThat(page.page().locator("tbody th")).containsText("b");
        page.button("Next page").click();
        page.page().waitForURL(url -> url.contains("row=1"));
        page.settled();
        assertThat(page.page().locator("tbody th")).containsText("a");
        pressIn(rows.first(), "Restore");
        assertThat(page.dialog()).containsText("All that was deleted together comes back to upkeep/list");
        press("Restore");
        assertThat(page.announcement()).hasText("1 manifest or blob restored.");
        assertThat(status("upkeep/list", "a")).isEqualTo(200);
        page.open("/?view=deletions");
        assertThat(row("Deletions", "upkeep/list")).hasCount(1);
    }

    @Test
    void theDiskSaysWhatWaitsAndGivesItUp() {
        String layer = "a layer that waits";
        login.pushImage("upkeep/waits", "1", layer);
        delete("upkeep/waits", "1");
        isFolded();
        await("it is counted").until(() -> api("/api/upkeep").at("/held/goes/2/bytes").asLong() >= layer.length());
        page.open("/");
        page.link("Upkeep").click();
        page.settled();
        JsonNode held = api("/api/upkeep").path("held");
        assertThat(page.value("Waiting to be collected", "Goes within 7 days", "Size")).isEqualTo(held.at("/goes/2/bytes").asLong());
        assertThat(page.value("Waiting to be collected", "Waiting, as part of what du counts", "Size"))
                .isEqualTo(api("/api/savings").at("/on_disk/waiting").asLong());
        assertThat(page.figure("Damaged")).isEqualTo("0");
        page.button("Give all of it up now").click();
        assertThat(page.dialog()).containsText("None of it can be taken back then.");
        press("Give up");
        assertThat(page.announcement()).containsText("given up.");
        assertThat(api("/api/upkeep/deletions").path("deletions").size()).isZero();
        assertThat(send("POST", "/api/repositories/upkeep/waits/tags/1/restore", "").statusCode()).isEqualTo(404);
    }

    @Test
    void aDiskThatIsNearlyFullIsToldOf() {
        page.page().route("**/api/upkeep", route -> route.fulfill(new Route.FulfillOptions().setBody(LOW)));
        page.open("/?view=upkeep");
        Locator told = page.page().locator("section.notice-failed");
        assertThat(told).containsText("The disk is nearly full");
        assertThat(told).containsText("Pushes are refused until there is more room.");
        assertThat(told).containsText("12 deletions of about 3.00 GiB went");
        assertThat(page.page().getByText("have been read since")).containsText("42 %");
        assertThat(page.figure("Damaged")).isEqualTo("2");
    }

    @Test
    void damageIsListed() {
        page.open("/?view=damage");
        assertThat(page.page().getByText("Nothing is known to be damaged")).isVisible();
        page.page().route("**/api/upkeep/damage*", route -> route.fulfill(new Route.FulfillOptions().setBody(DAMAGE)));
        page.open("/?view=damage");
        assertThat(row("Damage", "blob a1a1a1a1a1a1")).containsText("has other bytes than its digest says");
        assertThat(row("Damage", "blob a1a1a1a1a1a1")).containsText("team/<b>web</b>");
        assertThat(row("Damage", "manifest b2b2b2b2b2b2")).containsText("has no bytes on the disk");
        assertThat(page.page().locator("main b")).hasCount(0);
    }

    @Test
    void whoMayOnlyReadIsOfferedNothing() {
        login.pushImage("upkeep/read", "1", "what una may read");
        login.pushImage("upkeep/read", "2", "what una might have read");
        login.pushImage("upkeep/secret", "1", "what una may not read");
        delete("upkeep/read", "2");
        delete("upkeep/secret", "1");
        isFolded();
        String password = login.account("una");
        login.ask("POST", "/grants", "{\"who\":\"account:una\",\"on\":\"upkeep/read\",\"may\":\"pull\"}");
        page.page().context().clearCookies();
        Predicate<Response> rights = answer -> answer.url().endsWith("/rights");
        page.page().waitForResponse(rights, () -> page.openAs("una", password, "/?view=repository&name=upkeep/read&chosen=1"));
        assertThat(page.page().locator(".choice")).containsText("would free");
        assertThat(page.button("Delete")).hasCount(0);
        page.page().waitForResponse(rights, () -> page.open("/?view=image&name=upkeep/read&reference=1"));
        assertThat(page.button("Delete this tag")).hasCount(0);
        page.open("/?view=tag&name=upkeep/read&tag=2");
        assertThat(page.table("Where it pointed").locator("tbody tr")).hasCount(1);
        assertThat(page.page().locator("main button")).hasCount(0);
        page.open("/?view=deletions");
        assertThat(row("Deletions", "upkeep/read")).hasCount(1);
        assertThat(row("Deletions", "upkeep/secret")).hasCount(0);
        assertThat(page.page().locator("main .row-actions")).hasCount(0);
        assertThat(page.link("Damage")).hasCount(0);
        page.open("/?view=upkeep");
        assertThat(page.table("Waiting to be collected")).isVisible();
        assertThat(page.page().locator("main button")).hasCount(0);
        page.open("/?view=damage");
        assertThat(page.page().locator("main [role=alert]").first()).containsText("You may not see this");
    }

    @Test
    void anAddressThatLeadsNowhereSaysSo() {
        for (String address : List.of(
                "tag&name=no/such&tag=x", "tag", "tag&name=upkeep/web&tag=%3Cimg%20src%3Dx%3E", "changes",
                "changes&name=%3Cimg%20src%3Dx%3E", "deletions&after=x", "damage&after=x", "damage&n=x")) {
            page.open("/?view=" + address);
            // A repository of which nothing is known has no history.
            assertThat(page.page().locator("main .notice").first()).isVisible();
            assertThat(page.page().locator("main")).not().containsText("undefined");
            assertThat(page.page().locator("h1")).hasCount(1);
            assertThat(page.page().locator("main img")).hasCount(0);
        }
    }

    /** Each view and each dialog, narrow and dark, wide and light. */
    @ParameterizedTest(name = "{0} pixels, {1}")
    @CsvSource({"320, DARK", "1280, LIGHT"})
    void eachViewIsFitToBeUsed(int width, ColorScheme colours) {
        String repository = "upkeep/looks-" + "l".repeat(100);
        login.pushImage(repository, "moved-" + width, "before " + width);
        login.pushImage(repository, "moved-" + width, "after " + width);
        login.pushImage(repository, "t".repeat(120), "long " + width);
        delete(repository, "t".repeat(120));
        login.pushImage(repository, "t" + width, "to be deleted " + width);
        isFolded();
        try (OpenPage looked = OpenPage.in(browser, login, width, colours)) {
            looked.page().route("**/api/upkeep/damage*", route -> route.fulfill(new Route.FulfillOptions().setBody(DAMAGE)));
            Looks.areFit(looked.open("/?view=upkeep"), "upkeep-disk", width, colours);
            Looks.areFit(looked.open("/?view=deletions"), "upkeep-deletions", width, colours);
            Looks.areFit(looked.open("/?view=damage"), "upkeep-damage", width, colours);
            Looks.areFit(looked.open("/?view=changes&name=" + repository), "upkeep-changes", width, colours);
            Looks.areFit(looked.open("/?view=tag&name=" + repository + "&tag=moved-" + width), "upkeep-tag", width, colours);
            looked.open("/?view=repository&name=" + repository + "&chosen=t" + width);
            looked.button("Delete").click();
            Looks.areFit(looked, "upkeep-delete", width, colours);
            looked.dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete")).click();
            looked.button("Undo").waitFor();
            Looks.areFit(looked, "upkeep-deleted", width, colours);
            looked.page().route("**/api/upkeep", route -> route.fulfill(new Route.FulfillOptions().setBody(LOW)));
            Looks.areFit(looked.open("/?view=upkeep"), "upkeep-low-disk", width, colours);
        }
    }
}
