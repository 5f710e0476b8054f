package dev.strata.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What the page shows is what the API says, and its address says what is shown. */
@InBrowser
class SavingsPageTest {

    private static PageRegistry savings;
    private static BrowserContext context;

    private final Browser browser;
    private OpenPage page;

    SavingsPageTest(Browser browser) {
        this.browser = browser;
    }

    @BeforeAll
    static void push(Browser browser) throws IOException {
        savings = PageRegistry.with(SampleImages::pushTeam);
        savings.awaitCounts(SampleImages.REPOSITORIES_OF_TEAM);
        context = OpenPage.contextIn(browser, OpenPage.USUAL_WIDTH, ColorScheme.LIGHT);
    }

    @AfterAll
    static void stop() {
        context.close();
        savings.close();
    }

    @BeforeEach
    void open() {
        page = OpenPage.tab(context, savings.registry());
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void theHeadlineIsWhatIsSaved() {
        page.open("/");
        JsonNode report = savings.api("");
        assertThat(page.page().locator("h1 data")).hasAttribute("value", report.at("/saved/total").asString());
        assertThat(page.page().locator(".headline-sentence"))
                .containsText(report.at("/counts/images").asString() + " images in "
                        + report.at("/counts/repositories").asString() + " repositories");
    }

    @Test
    void eachPartOfAWholeIsTheApis() {
        page.open("/");
        JsonNode report = savings.api("");
        Map<String, String> shared = Map.of(
                "Stored", "/stored",
                "Saved by tags", "/saved/tags",
                "Saved inside repositories", "/saved/repository",
                "Saved between repositories", "/saved/repositories",
                "As if nothing were shared", "/as_if_unshared");
        Map<String, String> onDisk = Map.of(
                "Blobs in use", "/on_disk/blobs",
                "Waiting to be collected", "/on_disk/waiting",
                "Uploads under way", "/on_disk/uploads",
                "Broken", "/on_disk/broken",
                "Unexplained", "/on_disk/unexplained");
        Map.of("As if nothing were shared", shared, "On disk", onDisk).forEach((table, parts) -> parts.forEach((part, pointer) ->
                assertThat(page.value(table, part, "Size")).as(part).isEqualTo(report.at(pointer).asLong())));
    }

    @Test
    void whatWasNotTransferredIsTheApis() {
        page.open("/");
        JsonNode transfer = savings.api("").path("transfer");
        assertThat(page.figure("Uploaded")).isEqualTo(transfer.path("uploaded").asString());
        assertThat(page.figure("Uploads spared"))
                .isEqualTo(String.valueOf(transfer.path("mounted").asLong()
                        + transfer.path("auto_mounted").asLong()
                        + transfer.path("existing").asLong()));
        assertThat(page.page().getByText("mounted").locator("data"))
                .hasAttribute("value", transfer.path("mounted").asString());
    }

    @Test
    void whatWasNotBuiltIsTheApis() {
        String question = "/v2/team/billing/_strata/cache/layer?parent=scratch&instruction=RUN%20true&platform=linux/amd64";
        assertThat(savings.registry().get(question).statusCode()).isEqualTo(404);
        await("a miss is counted").untilAsserted(() -> assertThat(savings.api("").at("/build/asked").asInt()).isPositive());
        page.open("/");
        JsonNode build = savings.api("").path("build");
        assertThat(page.figure("Hits")).isEqualTo(build.path("hits").asString());
        assertThat(page.figure("Misses")).isEqualTo(String.valueOf(build.path("asked").asInt() - build.path("hits").asInt()));
        assertThat(page.figure("Time spared")).isEqualTo(build.path("exec_ms_saved").asString());
    }

    @Test
    void theLayersThatSaveMostLeadToTheirPlaceInTheTree() {
        page.open("/");
        JsonNode first = savings.api("/bases").at("/bases/0");
        assertThat(page.value("Layers that save most", "debian:12", "Saves"))
                .isEqualTo(savings.api("/bases").path("bases").valueStream()
                        .filter(base -> base.path("names").valueStream().anyMatch(name -> name.asString().equals("debian:12")))
                        .findFirst()
                        .orElseThrow()
                        .path("saved")
                        .asLong());
        page.table("Layers that save most").locator("tbody th a").first().click();
        page.settled();
        assertThat(page.address()).isEqualTo("/?view=layers&stack=" + first.path("stack").asString().replace(":", "%3A"));
        assertThat(page.page().locator(".standing data").first()).hasAttribute("value", first.path("size").asString());
    }

    @ParameterizedTest
    @CsvSource({
        "Repository, name", "Images, images", "Tags, tags", "As if unshared, as_if_unshared",
        "Full, full", "Unique, unique", "Shared, shared", "Freed if deleted, freed"
    })
    void repositoriesAreSortedByEachColumnBothWays(String heading, String sort) {
        page.open("/?view=repositories&sort=" + (sort.equals("name") ? "full" : "name"));
        for (int click = 0; click < 2; click++) {
            heading(heading).click();
            page.page().waitForURL(url -> url.contains("sort=" + sort + "&"));
            page.settled();
            assertThat(page.page().locator("th[aria-sort]")).containsText(heading);
            boolean descending = "descending".equals(page.page().locator("th[aria-sort]").getAttribute("aria-sort"));
            assertThat(page.address()).contains("sort=" + sort).contains(descending ? "order=desc" : "order=asc");
            JsonNode expected = savings.api("/repositories?sort=" + sort + "&order=" + (descending ? "desc" : "asc"));
            assertThat(page.rows("Repositories")).isEqualTo(names(expected.path("repositories")));
        }
    }

    @Test
    void everyFigureOfARepositoryIsTheApis() {
        page.open("/?view=repositories");
        Map<String, String> columns = Map.of(
                "images", "Images", "tags", "Tags", "as_if_unshared", "As if unshared", "full", "Full", "unique", "Unique",
                "shared", "Shared", "freed", "Freed if deleted");
        savings.api("/repositories").path("repositories").valueStream()
                .forEach(repository -> columns.forEach((field, heading) -> assertThat(
                                page.value("Repositories", repository.path("name").asString(), heading))
                        .as("%s of %s", field, repository)
                        .isEqualTo(repository.path(field).asLong())));
    }

    @Test
    void repositoriesArePagedByTheServerAndBackLeadsBack() {
        List<String> all = names(savings.api("/repositories?sort=name").path("repositories"));
        page.open("/?view=repositories&sort=name&n=3");
        List<String> shown = new ArrayList<>(page.rows("Repositories"));
        while (page.button("Next page").isEnabled()) {
            String before = page.address();
            page.button("Next page").click();
            page.page().waitForURL(url -> !url.endsWith(before));
            page.settled();
            shown.addAll(page.rows("Repositories"));
        }
        assertThat(shown).isEqualTo(all);

        page.page().goBack();
        page.settled();
        assertThat(page.rows("Repositories")).isEqualTo(all.subList(all.size() - all.size() % 3 - 3, all.size() - all.size() % 3));
        page.button("First page").click();
        assertThat(page.table("Repositories").locator("tbody th a").first()).hasText(all.getFirst());
    }

    @Test
    void aSearchIsPartOfTheAddress() {
        page.open("/?view=repositories&sort=name");
        page.page().getByRole(AriaRole.SEARCHBOX).fill("TEAM/");
        assertThat(page.page().locator(".pager p")).containsText("1–5");
        assertThat(page.rows("Repositories"))
                .containsExactly("team/billing", "team/gateway", "team/multi", "team/orders", "team/search");
        try (OpenPage other = OpenPage.in(browser, savings.registry()).open(page.address())) {
            assertThat(other.rows("Repositories")).isEqualTo(page.rows("Repositories"));
            assertThat(other.page().getByRole(AriaRole.SEARCHBOX)).hasValue("TEAM/");
        }
        page.page().getByRole(AriaRole.SEARCHBOX).fill("there is no such name");
        assertThat(page.page().getByText("No repositories have “there is no such name” in their name")).isVisible();
    }

    @Test
    void everyFigureOfATagIsTheApis() {
        page.open("/?view=repository&name=team/billing");
        JsonNode answer = savings.api("/repositories/team/billing/tags");
        assertThat(page.rows("Tags of team/billing")).isEqualTo(names(answer.path("tags")));
        assertThat(page.figure("Freed if deleted")).isEqualTo(answer.at("/repository/freed").asString());
        assertThat(page.figure("As if unshared")).isEqualTo(answer.at("/repository/as_if_unshared").asString());
        answer.path("tags").valueStream().forEach(tag -> {
            String name = tag.path("name").asString();
            assertThat(page.value("Tags of team/billing", name, "Full")).isEqualTo(tag.path("full").asLong());
            assertThat(page.value("Tags of team/billing", name, "Unique")).isEqualTo(tag.path("unique").asLong());
            assertThat(page.value("Tags of team/billing", name, "Shared")).isEqualTo(tag.path("shared").asLong());
            assertThat(page.value("Tags of team/billing", name, "Freed")).isEqualTo(tag.path("freed").asLong());
        });
    }

    /** Two tags of one image free nothing alone, and the image together. */
    @Test
    void tagsThatAreChosenAreCountedTogether() {
        page.open("/?view=repository&name=team/billing");
        page.page().getByLabel("Choose 1.2.0").check();
        Locator choice = page.page().locator(".choice");
        assertThat(choice).containsText("1 tag together would free 0 B");
        page.page().getByLabel("Choose latest").check();
        assertThat(choice).containsText("2 tags together would free");
        JsonNode image = savings.api("/repositories/team/billing/image?reference=latest");
        assertThat(choice.locator("data")).hasAttribute("value", image.path("unique").asString());

        try (OpenPage other = OpenPage.in(browser, savings.registry()).open(page.address())) {
            assertThat(other.page().getByLabel("Choose latest")).isChecked();
            assertThat(other.page().locator(".choice")).containsText("2 tags together would free");
            other.button("Clear").click();
            assertThat(other.page().locator(".choice")).isHidden();
            assertThat(other.address()).doesNotContain("chosen");
        }
    }

    @Test
    void anImageIsShownInstructionByInstruction() {
        page.open("/?view=image&name=team/orders&reference=1.1.0");
        JsonNode image = savings.api("/repositories/team/orders/image?reference=1.1.0");
        Locator steps = page.page().locator(".step");
        assertThat(steps).hasCount(image.path("steps").size());
        for (int i = 0; i < image.path("steps").size(); i++) {
            JsonNode step = image.path("steps").get(i);
            assertThat(steps.nth(i).locator("code").first()).hasAttribute("title", step.path("created_by").asString());
            if (step.has("layer")) {
                assertThat(steps.nth(i).locator(".step-layer b data"))
                        .hasAttribute("value", step.at("/layer/size").asString());
                assertThat(steps.nth(i).locator(".block-track data"))
                        .hasAttribute("value", step.at("/layer/images").asString());
            } else {
                assertThat(steps.nth(i)).containsText("makes no layer");
            }
        }
        assertThat(page.figure("Unique")).isEqualTo(image.path("unique").asString());
        assertThat(page.link("base/jre:25").first()).isVisible();
    }

    @Test
    void anIndexLeadsToItsImages() {
        page.open("/?view=image&name=team/multi&reference=1");
        String digest = savings.api("/repositories/team/multi/image?reference=1").at("/manifests/0/digest").asString();
        page.table("Images of this index").locator("tbody th a").click();
        page.settled();
        assertThat(page.heading()).isEqualTo("team/multi@" + digest);
        assertThat(page.page().locator(".step")).hasCount(3);
    }

    @Test
    void aLayerLeadsToTheRepositoriesThatHaveIt() {
        page.open("/?view=image&name=team/orders&reference=1.1.0");
        String digest = savings.api("/repositories/team/orders/image?reference=1.1.0").at("/steps/0/layer/digest").asString();
        page.page().locator(".step-layer a").first().click();
        page.settled();
        JsonNode blob = savings.api("/blobs/" + digest);
        assertThat(page.figure("Images")).isEqualTo(blob.path("images").asString());
        assertThat(page.figure("Saved between repositories")).isEqualTo(blob.at("/saved/repositories").asString());
        assertThat(page.page().locator(".names li")).hasCount(blob.path("names").size());
    }

    @Test
    void theTreeHasEveryLayerUnderItsParent() {
        page.open("/?view=layers");
        JsonNode tree = savings.api("/layers?depth=10&breadth=12");
        assertThat(page.page().locator("[role=treeitem][aria-level='1']")).hasCount(tree.path("layers").size());
        List<String> expected = new ArrayList<>();
        collect(tree.path("layers"), expected);
        assertThat(page.page().locator("[role=treeitem]").all().stream()
                        .map(item -> item.getAttribute("aria-level") + " " + item.locator("[data-images]").getAttribute("data-images")))
                .isEqualTo(expected);
    }

    private static void collect(JsonNode layers, List<String> into) {
        layers.valueStream().forEach(layer -> {
            into.add(layer.path("depth").asString() + " " + layer.path("images").asString());
            collect(layer.path("layers"), into);
        });
    }

    @Test
    void theTreeIsWalkedWithTheKeyboard() {
        page.open("/?view=layers");
        Page tab = page.page();
        Locator items = tab.locator("[role=treeitem]");
        items.first().focus();
        assertThat(tab.locator(".layer-detail")).containsText("ADD file:3f1c9e");
        tab.keyboard().press("ArrowRight");
        assertThat(items.nth(1)).isFocused();
        tab.keyboard().press("ArrowDown");
        assertThat(items.nth(2)).isFocused();
        tab.keyboard().press("End");
        assertThat(items.last()).isFocused();
        tab.keyboard().press("Home");
        assertThat(items.first()).isFocused();
        tab.keyboard().press("ArrowRight");
        tab.keyboard().press("ArrowLeft");
        assertThat(items.first()).isFocused();
        assertThat(tab.locator("[role=treeitem][tabindex='0']")).hasCount(1);
        tab.keyboard().press("Enter");
        page.settled();
        String stack = savings.api("/layers").at("/layers/0/stack").asString();
        assertThat(page.address()).isEqualTo("/?view=layers&stack=" + stack.replace(":", "%3A"));
        tab.goBack();
        assertThat(tab.locator(".standing")).containsText("images on");
        assertThat(page.address()).isEqualTo("/?view=layers");
    }

    @Test
    void theTableIsSortedWithTheKeyboardAndKeepsTheFocus() {
        page.open("/?view=repositories");
        heading("Unique").focus();
        page.page().keyboard().press("Enter");
        assertThat(page.page().locator("th[aria-sort=descending]")).containsText("Unique");
        assertThat(heading("Unique")).isFocused();
        page.page().keyboard().press("Space");
        assertThat(page.page().locator("th[aria-sort=ascending]")).containsText("Unique");
        assertThat(heading("Unique")).isFocused();
    }

    @Test
    void oneGoesFromTheOverviewToAnImageAndBack() {
        page.open("/");
        page.link("Repositories").click();
        page.settled();
        page.link("team/search").click();
        page.settled();
        assertThat(page.heading()).isEqualTo("team/search");
        assertThat(page.page().title()).isEqualTo("team/search – Strata");
        page.link("1.0.0").click();
        page.settled();
        assertThat(page.heading()).isEqualTo("team/search:1.0.0");
        assertThat(page.page().locator("main")).isFocused();
        page.page().goBack();
        assertThat(page.page().locator("h1")).hasText("team/search");
        page.page().goBack();
        page.page().goBack();
        assertThat(page.page().locator("h1")).containsText("saved");
        page.page().goForward();
        assertThat(page.page().locator("h1")).hasText("Repositories");
    }

    @Test
    void markupStaysText() {
        page.open("/?view=image&name=odd/markup&reference=1");
        String instruction = SampleImages.MARKUP.substring("RUN ".length());
        assertThat(page.page().locator(".step-instruction code").nth(2)).containsText(instruction);
        page.open("/?view=layers");
        page.page().locator("[role=treeitem]").all().forEach(Locator::hover);
        page.open("/?view=repositories&q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
        assertThat(page.page().locator("main")).containsText("No repositories have “<img src=x onerror=alert(1)>” in their name");
        page.open("/?view=repository&name=%3Cimg%20src%3Dx%3E");
        assertThat(page.page().locator("h1")).hasText("<img src=x>");
        assertThat(page.page().locator("img, main script")).hasCount(0);
    }

    private Locator heading(String name) {
        // A text that begins with the name: another heading may have it within.
        return page.page().locator("thead button.sort", new Page.LocatorOptions().setHasText(Pattern.compile("^" + name)));
    }

    private static List<String> names(JsonNode list) {
        return list.valueStream().map(entry -> entry.path("name").asString()).toList();
    }
}
