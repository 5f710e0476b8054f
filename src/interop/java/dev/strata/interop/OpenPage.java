package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The page in a browser of its own, as somebody sees it. When it is closed it must have kept to its own server. */
final class OpenPage implements AutoCloseable {

    /** Where screenshots are left for people to look at. */
    static final Path ARTIFACTS = Path.of("target", "page");

    static final int USUAL_WIDTH = 1280;

    private static final int HEIGHT = 900;
    /** What Chromium logs of each answer that is an error; tests ask for such. */
    private static final String FAILED_ANSWER = "Failed to load resource";

    private final BrowserContext context;
    private final boolean isOwnContext;
    private final Page page;
    private final String origin;
    private final List<String> troubles = new CopyOnWriteArrayList<>();

    private OpenPage(BrowserContext context, boolean isOwnContext, String origin) {
        this.context = context;
        this.isOwnContext = isOwnContext;
        this.origin = origin;
        this.page = context.newPage();
        page.onPageError(troubles::add);
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type()) && !message.text().startsWith(FAILED_ANSWER)) {
                troubles.add(message.text());
            }
        });
        page.onRequest(request -> {
            if (!request.url().startsWith(origin + "/")) {
                troubles.add("asked another host: " + request.url());
            }
        });
    }

    static OpenPage in(Browser browser, Registry registry) {
        return in(browser, registry, USUAL_WIDTH, ColorScheme.LIGHT);
    }

    /** Where the administrator is logged in. */
    static OpenPage in(Browser browser, LoginRegistry login, int width, ColorScheme colours) {
        OpenPage page = in(browser, login.registry(), width, colours);
        page.context.addCookies(List.of(login.cookie()));
        return page;
    }

    static OpenPage in(Browser browser, LoginRegistry login) {
        return in(browser, login, USUAL_WIDTH, ColorScheme.LIGHT);
    }

    /** @param width in pixels */
    static OpenPage in(Browser browser, Registry registry, int width, ColorScheme colours) {
        return new OpenPage(contextIn(browser, width, colours), true, "http://" + registry.address());
    }

    /** A tab in a browser that has been there before: its cache has the page's files, and what tests do must not matter. */
    static OpenPage tab(BrowserContext context, Registry registry) {
        return new OpenPage(context, false, "http://" + registry.address());
    }

    static BrowserContext contextIn(Browser browser, int width, ColorScheme colours) {
        return browser.newContext(
                new Browser.NewContextOptions().setViewportSize(width, HEIGHT).setColorScheme(colours));
    }

    /** Opens an address as one follows a link, and waits until all of it is there. */
    OpenPage open(String address) {
        page.navigate(origin + address);
        return settled();
    }

    /** Waits until nothing is being loaded. */
    OpenPage settled() {
        page.waitForFunction("() => document.querySelector('#view')?.childElementCount > 0"
                + " && !document.querySelector('[aria-busy=true]')");
        return this;
    }

    /** Fills the form that is shown and logs in. */
    OpenPage logIn(String name, String password) {
        page.getByLabel("Name").fill(name);
        page.getByLabel("Password").fill(password);
        page.locator("button[type=submit]").filter(new Locator.FilterOptions().setHasText("Log in")).click();
        return this;
    }

    /** Logs in where the page asks for it, and waits until it shows what the address asks for. */
    OpenPage openAs(String name, String password, String address) {
        page.navigate(origin + address);
        logIn(name, password);
        button("Log out").first().waitFor();
        return settled();
    }

    /** The one dialog that is open. */
    Locator dialog() {
        return page.locator("dialog[open]");
    }

    /** What was announced last to whoever does not see the page. */
    Locator announcement() {
        return page.locator("#announcement");
    }

    Page page() {
        return page;
    }

    /** The address without the origin. */
    String address() {
        URI uri = URI.create(page.url());
        return uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
    }

    String heading() {
        return page.locator("h1").innerText();
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator link(String name) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The exact value behind what is shown in a table, where the row has this name and the column this heading. */
    long value(String table, String row, String column) {
        return Long.parseLong(cell(table, row, column).locator("data").first().getAttribute("value"));
    }

    private Locator cell(String table, String row, String column) {
        Locator whole = table(table);
        List<String> headings = whole.locator("thead th").allTextContents();
        int index = 0;
        while (!headings.get(index).startsWith(column)) {
            index++;
        }
        return whole.locator("tbody tr, tfoot tr")
                .filter(new Locator.FilterOptions().setHas(page.locator("th[scope=row]", hasText(row))))
                .first()
                .locator("th, td")
                .nth(index);
    }

    private static Page.LocatorOptions hasText(String text) {
        return new Page.LocatorOptions().setHasText(text);
    }

    Locator table(String caption) {
        return page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName(caption).setExact(true));
    }

    /** The names of a table's rows, from the first on. */
    List<String> rows(String table) {
        return table(table).locator("tbody th a").allTextContents();
    }

    /** The exact value of a figure with this label. */
    String figure(String label) {
        return page.locator("dl.figures > div")
                .filter(new Locator.FilterOptions().setHas(page.locator("dt", hasText(label))))
                .first()
                .locator("data")
                .getAttribute("value");
    }

    /** What a failed state says, or null where nothing failed. */
    @Nullable String failure() {
        Locator alert = page.locator("[role=alert]");
        return alert.count() == 0 ? null : alert.first().innerText();
    }

    /** Whether one would have to scroll sideways. */
    boolean overflows() {
        return (boolean) page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");
    }

    Path screenshot(String name) {
        Path file = ARTIFACTS.resolve(name + ".png");
        // As high as the page, or what stays at the window's end would lie across its middle.
        int height = (int) page.evaluate("() => document.documentElement.scrollHeight");
        page.setViewportSize(page.viewportSize().width, height);
        page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
        return file;
    }

    @Override
    public void close() {
        if (isOwnContext) {
            context.close();
        } else {
            page.close();
        }
        assertThat(troubles).as("what the browser complained of").isEmpty();
    }
}
