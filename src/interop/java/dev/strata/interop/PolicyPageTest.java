package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Grants, immutable tags and quotas in the page, and the explanation of what follows from them. */
@InBrowser
class PolicyPageTest extends AdministratorPageTestCase {

    PolicyPageTest(Browser browser, LoginRegistry login) {
        super(browser, login);
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
            page.settled();
            assertThat(row("Quotas", "quota/*").innerText()).contains("counted").doesNotContain("not counted yet");
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
}
