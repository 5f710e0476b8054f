package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Rules of retention in the page: written, looked at before they do anything, run, and taken back. */
@InBrowser
class RetentionPageTest extends AdministratorPageTestCase {

    RetentionPageTest(Browser browser, LoginRegistry login) {
        super(browser, login);
    }

    private Locator rule(String name) {
        return row("Rules", name);
    }

    /** Without a pull, which would keep them. */
    private List<String> tags(String repository) {
        String answer = login.send(LoginRegistry.ADMIN, LoginRegistry.PASSWORD, "GET", "/v2/" + repository + "/tags/list", "").body();
        return Registry.json(answer).path("tags").valueStream().map(JsonNode::asString).toList();
    }

    private void addRule(String name, String on, String keep, String remove) {
        page.button("Add a rule").click();
        fill("Name", name);
        fill("On repositories", on);
        fill("Keep", keep);
        fill("Remove", remove);
        press("Add");
    }

    private void deleteRule(String name) {
        page.open("/?view=retention");
        pressIn(rule(name), "Delete");
        press("Delete");
        assertThat(page.announcement()).hasText("The rule " + name + " is deleted.");
        assertThat(rule(name)).hasCount(0);
    }

    private static void isReady(OpenPage page) {
        page.page().waitForURL(url -> url.contains("view=plan"));
        page.page().locator("main").getByText("can be run until").waitFor();
    }

    @Test
    void aRuleIsWrittenChangedAndDeleted() {
        page.open("/");
        page.link("Upkeep").click();
        page.link("Retention").click();
        page.settled();
        addRule("odd", "ruled/**", "", "tags pr-*");
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).containsText("Tags alone remove nothing");
        fill("Keep", "tags v*, latest\nnewest 10");
        fill("Remove", "tags pr-* and older-than 14d\nabove 100GB");
        press("Add");
        assertThat(page.announcement()).hasText("The rule odd is added.");
        assertThat(rule("odd")).containsText("tags v*, latest");
        assertThat(rule("odd")).containsText("tags pr-* and older-than 14d");
        assertThat(rule("odd")).containsText("above 100 GiB");
        assertThat(rule("odd")).containsText("nobody has looked at a whole preview with it yet");

        page.button("Add a rule").click();
        fill("Name", "odd");
        fill("On repositories", "others");
        press("Add");
        assertThat(page.dialog().getByRole(AriaRole.ALERT)).hasText("There is a rule of this name.");
        assertThat(page.dialog().getByLabel("Name")).isFocused();
        press("Cancel");

        pressIn(rule("odd"), "Change");
        assertThat(page.dialog().getByLabel("Keep")).hasValue("tags v*, latest\nnewest 10");
        fill("Keep", "newest 7");
        press("Change");
        assertThat(page.announcement()).hasText("The rule odd is changed.");
        assertThat(rule("odd")).containsText("newest 7");
        deleteRule("odd");
    }

    @Test
    void nothingGoesBeforeItWasSeenAndARunIsTakenBack() {
        for (int i = 1; i <= 3; i++) {
            login.pushImage("ruled/run", "t" + i, "layer " + i + " of what is ruled");
        }
        page.open("/?view=retention");
        addRule("few", "ruled/run", "", "more-than 1");
        page.button("Preview").click();
        fill("On repositories", "ruled/run");
        press("Preview");
        isReady(page);
        // Two of three are more than half of them.
        Locator stopped = page.page().getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Stopped by the cap"));
        assertThat(stopped).containsText("ruled/run: 2 of 3 images");
        assertThat(page.button("Run")).hasCount(0);
        page.link("Stopped by the cap").click();
        assertThat(page.table("Images of the plan").locator("tbody tr")).hasCount(2);

        page.button("Preview them without a cap").click();
        assertThat(page.dialog().getByLabel("On repositories")).hasValue("ruled/run");
        String before = page.address();
        press("Preview");
        page.page().waitForURL(url -> !url.endsWith(before));
        isReady(page);
        Locator images = page.table("Images of the plan").locator("tbody tr");
        assertThat(images).hasCount(2);
        assertThat(images.first()).containsText("few");
        assertThat(images.filter(new Locator.FilterOptions().setHasText("ruled/run:t3"))).hasCount(0);
        assertThat(tags("ruled/run")).containsExactly("t1", "t2", "t3");

        page.button("Run").click();
        assertThat(page.dialog()).containsText("Remove 2 images?");
        press("Run");
        page.button("Undo").waitFor();
        assertThat(images.first()).containsText("removed");
        assertThat(tags("ruled/run")).containsExactly("t3");

        page.button("Undo").click();
        press("Undo");
        assertThat(page.page().getByText("was taken back").first()).isVisible();
        assertThat(page.figure("Taken back")).isEqualTo("2");
        assertThat(tags("ruled/run")).containsExactly("t1", "t2", "t3");

        page.open("/?view=retention&n=1");
        assertThat(page.table("Previews and runs").locator("tbody tr")).containsText("was taken back");
        page.button("Next page").click();
        assertThat(page.table("Previews and runs").locator("tbody tr")).containsText("stopped by the cap");
        deleteRule("few");
    }

    @Test
    void rulesInAFileAreOnlyShown() {
        page.page().route("**/api/upkeep/retention/rules", route -> route.fulfill(new Route.FulfillOptions().setBody("""
                {"source": "file", "read_only": true, "faults": ["line 3: there is no '<b>x</b>' here"], "rules": [
                  {"name": "kept", "on": ["team/**"], "keep": [{"newest": 10}], "remove": [], "unattended": false, "runs": false}]}""")));
        page.open("/?view=retention");
        assertThat(page.page().locator("main [role=alert]").first()).containsText("line 3: there is no '<b>x</b>' here");
        assertThat(rule("kept")).containsText("only keeps");
        assertThat(page.button("Add a rule")).hasCount(0);
        assertThat(page.page().locator(".row-actions")).hasCount(0);
        assertThat(page.page().locator("main b")).hasCount(0);
    }

    @Test
    void itIsForAdministrators() {
        String password = login.account("rex");
        page.page().context().clearCookies();
        page.openAs("rex", password, "/?view=deletions");
        assertThat(page.link("Retention")).hasCount(0);
        for (String view : List.of("retention", "plan&id=1")) {
            page.open("/?view=" + view);
            assertThat(page.page().locator("main [role=alert]").first()).containsText("You may not see this");
        }
    }

    @ParameterizedTest
    @CsvSource({"320, DARK", "1280, LIGHT"})
    void eachViewIsFitToBeUsed(int width, ColorScheme colours) {
        String repository = "ruled/looks-" + "l".repeat(100);
        login.pushImage(repository, "t".repeat(120), "what looks " + width);
        page.open("/?view=retention");
        addRule("looks", repository, "tags " + "k".repeat(120), "older-than 1d\ntags " + "p".repeat(100) + "* and more-than 5");
        try (OpenPage looked = OpenPage.in(browser, login, width, colours)) {
            Looks.areFit(looked.open("/?view=retention"), "retention", width, colours);
            looked.button("Add a rule").click();
            Looks.areFit(looked, "retention-rule", width, colours);
            looked.page().keyboard().press("Escape");
            looked.button("Preview").click();
            Looks.areFit(looked, "retention-preview", width, colours);
            looked.dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Preview")).click();
            isReady(looked);
            looked.open(looked.address() + "&decision=all");
            Looks.areFit(looked, "retention-plan", width, colours);
        }
        deleteRule("looks");
    }
}
