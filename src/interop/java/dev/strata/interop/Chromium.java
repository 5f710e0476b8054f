package dev.strata.interop;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the {@link Browser} of the machine, one for all of them. */
final class Chromium implements ParameterResolver {

    /** A name that others gave to this machine. */
    static final String REBOUND = "rebound.test";

    private static final Namespace NAMESPACE = Namespace.create(Chromium.class);
    /** How long a page may take to show what it is to show: other tests are at work beside. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** As root, without a graphics card, and asking nothing of anybody but the page. */
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // A name of somebody else that leads to this machine: DNS rebinding.
            "--host-resolver-rules=MAP " + REBOUND + " 127.0.0.1",
            // Or the browser would ask its user before such a name may lead to this machine, which older ones do not.
            "--disable-features=LocalNetworkAccessChecks");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Browser.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (!context.getRequiredTestClass().isAnnotationPresent(InBrowser.class)) {
            throw new AssertionError("@InBrowser has to say that it shares the browser with others");
        }
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Running.class, key -> Running.start(), Running.class)
                .browser();
    }

    private record Running(Playwright playwright, Browser browser) implements AutoCloseable {

        static Running start() {
            PlaywrightAssertions.setDefaultAssertionTimeout(LONGEST.toMillis());
            // The browser is the machine's: nothing may be downloaded.
            Playwright playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions().setExecutablePath(program()).setArgs(ARGUMENTS));
            return new Running(playwright, browser);
        }

        private static Path program() {
            return Pattern.compile(File.pathSeparator)
                    .splitAsStream(System.getenv("PATH"))
                    .map(directory -> Path.of(directory, "chromium"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no chromium on the path; .ci/install installs it"));
        }

        @Override
        public void close() {
            browser.close();
            playwright.close();
        }
    }
}
