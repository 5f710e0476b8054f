package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page on thousands of repositories. How long it took is noted beside the screenshots. */
@InBrowser
class SavingsPageAtScaleTest {

    private static final int REPOSITORIES = Size.of("strata.interop.repositories", 1_200, 10_000);
    private static final long LARGEST_TRANSFER = 300_000;

    private static PageRegistry savings;

    private final Browser browser;

    SavingsPageAtScaleTest(Browser browser) {
        this.browser = browser;
    }

    @BeforeAll
    static void push() throws IOException {
        savings = PageRegistry.with(images -> images.pushMany(REPOSITORIES));
        savings.awaitCounts(REPOSITORIES);
    }

    @AfterAll
    static void stop() {
        savings.close();
    }

    @ParameterizedTest
    @CsvSource({
        "overview, /",
        "layers, /?view=layers",
        "repositories, /?view=repositories",
        "searched, /?view=repositories&q=app-99",
        "history, /?view=history"
    })
    void aFirstVisitTransfersLittle(String name, String address) throws IOException {
        try (OpenPage page = OpenPage.in(browser, savings.registry(), 1600, ColorScheme.LIGHT)) {
            AtomicLong transferred = new AtomicLong();
            page.page().onRequestFinished(request -> transferred.addAndGet(
                    request.sizes().responseBodySize + request.sizes().responseHeadersSize));
            page.open(address);
            Object milliseconds = page.page().evaluate("() => Math.round(performance.now())");
            page.screenshot("many-" + name);
            Files.writeString(
                    OpenPage.ARTIFACTS.resolve("many.txt"),
                    "%s: all there after %s ms, %,d bytes transferred%n".formatted(name, milliseconds, transferred.get()),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            assertThat(transferred.get()).isBetween(10_000L, LARGEST_TRANSFER);
        }
    }

    @Test
    void theLastPageIsReached() {
        try (OpenPage page = OpenPage.in(browser, savings.registry())) {
            page.open("/?view=repositories&sort=name&n=1000");
            int shown = page.rows("Repositories").size();
            while (page.button("Next page").isEnabled()) {
                String before = page.address();
                page.button("Next page").click();
                page.page().waitForURL(url -> !url.endsWith(before));
                page.settled();
                shown += page.rows("Repositories").size();
            }
            assertThat(shown).isEqualTo(savings.api("").at("/counts/repositories").asInt());
        }
    }

    /** What is drawn is bounded, whatever there is. */
    @Test
    void theTreeShowsWhatMostStandsOnAndCountsTheRest() {
        try (OpenPage page = OpenPage.in(browser, savings.registry())) {
            page.open("/?view=layers");
            assertThat(page.page().locator("[role=treeitem]").count()).isBetween(30, 100);
            assertThat(page.page().locator("[role=treeitem]").first().getAttribute("aria-label"))
                    .endsWith(", %,d images".formatted(REPOSITORIES));
            assertThat(page.page().locator("[role=treeitem][aria-label*='more layers']").count()).isPositive();
        }
    }
}
