package dev.strata.interop;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page where an administrator is logged in, and what one does in its tables and dialogs. */
@InBrowser
@ExtendWith(LoginRegistry.Shared.class)
abstract class AdministratorPageTestCase {

    final Browser browser;
    final LoginRegistry login;
    OpenPage page;

    AdministratorPageTestCase(Browser browser, LoginRegistry login) {
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

    /** The rows of a table that have a text. */
    final Locator row(String table, String text) {
        return page.table(table).locator("tbody tr").filter(new Locator.FilterOptions().setHasText(text));
    }

    static void pressIn(Locator row, String button) {
        row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button)).click();
    }

    static Locator.GetByRoleOptions exactly(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }

    /** A button of the dialog that is open. */
    final void press(String button) {
        page.dialog().getByRole(AriaRole.BUTTON, exactly(button)).click();
    }

    /** A field of the dialog that is open. */
    final void fill(String field, String text) {
        page.dialog().getByLabel(field, new Locator.GetByLabelOptions().setExact(true)).fill(text);
    }
}
