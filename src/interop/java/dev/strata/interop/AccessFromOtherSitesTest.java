package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of others can do with the browser of somebody who is logged in: nothing. */
@InBrowser
@ExtendWith(LoginRegistry.Shared.class)
class AccessFromOtherSitesTest {

    private static final String POST = """
            ([url, body]) => fetch(url, {method: "POST", mode: "no-cors", credentials: "include",
                headers: {"Content-Type": "text/plain"}, body}).then(() => "sent")
            """;
    private static final String READ = """
            (url) => fetch(url, {credentials: "include"}).then(answer => answer.text(), error => "could not be read")
            """;
    private static final String FORM = """
            ([url, body]) => {
              const form = document.createElement("form");
              form.method = "POST";
              form.enctype = "text/plain";
              form.action = url;
              const field = document.createElement("input");
              field.name = body;
              form.append(field);
              document.body.append(form);
              form.submit();
            }
            """;

    private final Browser browser;
    private final LoginRegistry login;
    private OpenPage page;
    private HttpServer others;

    AccessFromOtherSitesTest(Browser browser, LoginRegistry login) {
        this.browser = browser;
        this.login = login;
    }

    @BeforeEach
    void logIn() throws IOException {
        page = OpenPage.in(browser, login).open("/?view=accounts");
        others = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        others.createContext("/", exchange -> {
            byte[] body = "<!doctype html><title>Nice pictures</title>".getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        others.start();
    }

    @AfterEach
    void close() {
        others.stop(0);
        page.close();
    }

    /** A tab of the same browser, which has the cookie. */
    private Page other(String host) {
        Page tab = page.page().context().newPage();
        tab.navigate("http://" + host + ":" + others.getAddress().getPort() + "/");
        return tab;
    }

    private String api(String path) {
        return "http://" + login.registry().address() + "/api/access" + path;
    }

    private static String account(String name) {
        return "{\"name\":\"" + name + "\",\"password\":\"a stolen secret\",\"administrator\":true}";
    }

    private boolean exists(String account) {
        return login.ask("GET", "/accounts?n=1000", "").toString().contains(account);
    }

    /** Another port of the same host is the same site: the browser sends the cookie along. Another name is another site. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void anotherPageCannotChangeAnything(String host) {
        Page tab = other(host);
        assertThat(tab.evaluate(POST, new String[] {api("/accounts"), account("stolen")})).isEqualTo("sent");
        tab.evaluate(FORM, new String[] {api("/accounts"), account("stolen-by-form")});
        tab.waitForURL(api("/accounts"));
        assertThat(tab.content()).contains("DENIED");
        assertThat(exists("stolen")).isFalse();
        page.page().reload();
        assertThat(page.settled().heading()).as("still logged in").isEqualTo("Accounts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void anotherPageCannotReadAnything(String host) {
        assertThat(other(host).evaluate(READ, api("/accounts"))).isEqualTo("could not be read");
        assertThat(other(host).evaluate(READ, api("/session"))).isEqualTo("could not be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void anotherPageCannotLogSomebodyIn(String host) {
        String password = login.account("fixed-by-" + host);
        String wish = "{\"name\":\"fixed-by-" + host + "\",\"password\":\"" + password + "\"}";
        other(host).evaluate(POST, new String[] {api("/session"), wish});
        page.page().reload();
        assertThat(page.settled().page().locator("#identity").innerText()).contains(LoginRegistry.ADMIN);
    }

    @Test
    void noOtherPageFramesThisOne() {
        Page tab = other("127.0.0.1");
        tab.evaluate("(url) => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame);"
                + " return new Promise(loaded => frame.onload = loaded) && true; }", api("/../../"));
        tab.waitForCondition(() -> tab.frames().size() == 2);
        assertThat(tab.frames().get(1).locator("#view").count()).isZero();
    }

    /** The name of somebody else leads to this machine, and so the browser takes their page and the registry for one site. */
    @Test
    void aNameThatLeadsHereIsNotKnown() {
        Page tab = page.page().context().newPage();
        String origin = "http://" + Chromium.REBOUND + ":" + login.registry().address().split(":")[1];
        tab.route(origin + "/pictures", route -> route.fulfill(
                new Route.FulfillOptions().setContentType("text/html").setBody("<title>Nice pictures</title>")));
        tab.navigate(origin + "/pictures");
        for (String path : new String[] {"/api/access/session", "/api/access/accounts", "/", "/v2/"}) {
            assertThat(tab.evaluate("(path) => fetch(path).then(answer => answer.status)", path)).as(path).isEqualTo(421);
        }
        Object made = tab.evaluate(
                "([path, body]) => fetch(path, {method: 'POST', body}).then(answer => answer.status)",
                new String[] {"/api/access/accounts", account("rebound")});
        assertThat(made).isEqualTo(421);
        assertThat(exists("rebound")).isFalse();
        Map<String, Object> session = Map.of("name", LoginRegistry.ADMIN, "password", LoginRegistry.PASSWORD);
        assertThat(tab.evaluate("(body) => fetch('/api/access/session', {method: 'POST', body: JSON.stringify(body)})"
                        + ".then(answer => answer.status)", session))
                .isEqualTo(421);
    }
}
