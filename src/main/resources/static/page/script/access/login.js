// Logging in: a view of its own where nothing else can be shown, and a dialog where somebody's session ended meanwhile.

import * as address from "../common/address.js";
import { whenUnknown } from "../common/api.js";
import { dialog } from "../common/dialog.js";
import { html } from "../common/dom.js";
import * as fields from "../common/fields.js";
import { form } from "../common/form.js";
import { visible } from "../common/plain.js";
import * as session from "../common/session.js";

/** Why signing in with an issuer did not work, as the address says it. */
const REASONS = {
  refused: "You were not logged in: the provider refused, or its answer was not good.",
  too_many: "You were not logged in: too many logins from where you are came to nothing. Wait a minute, and try again.",
  expired: "You were not logged in: it took too long, or was begun in another browser. Try again.",
  unavailable: "You were not logged in: the provider cannot be reached. Try again later.",
};

/**
 * Has the page ask who somebody is when the server does.
 *
 * @param {function()} showLogin shows the view
 */
export function askWhenUnknown(showLogin) {
  let asking; // several requests may be refused at once
  const ask = async () => {
    const before = session.current().caller;
    await session.refresh();
    if (!session.current().caller && before) {
      await dialog("Your session has ended", (close) => [
        html("p", {}, "Log in again to go on where you are."),
        parts({ name: before.kind === "account" ? before.name : "", done: () => close(true), cancel: () => close(false) }),
      ]);
    } else if (!session.current().caller) {
      showLogin();
    }
    const now = session.current().caller;
    return Boolean(now) && session.isSame(before, now); // what one person began, another does not finish
  };
  whenUnknown(() => {
    asking ??= ask().finally(() => (asking = undefined));
    return asking;
  });
}

/**
 * The view.
 *
 * @param {object} state of the address
 */
export function loginView(state) {
  const reason = Object.hasOwn(REASONS, state.login ?? "") ? REASONS[state.login] : undefined;
  return html(
    "section.card.login",
    { "aria-labelledby": "login" },
    html("h1", { id: "login", tabindex: "-1" }, "Log in"),
    reason ? html("p.form-fault", { role: "alert" }, reason) : null,
    parts({ name: "" }),
  );
}

function parts({ name, done = () => {}, cancel }) {
  const { passwords, issuers = [] } = session.current();
  return html(
    "div.stack",
    {},
    passwords ? passwordForm(name, done, cancel) : null,
    issuers.length > 0
      ? html(
          "ul.issuers",
          {},
          issuers.map(({ title, start }) =>
            html("li", {}, html("a.button", { href: `${start}?return=${encodeURIComponent(here())}` }, `Sign in with ${visible(title)}`))),
        )
      : null,
    !passwords && issuers.length === 0 ? html("p", {}, "Nobody can log in with a browser here.") : null,
    !passwords && cancel ? html("p.actions", {}, html("button", { type: "button", onclick: cancel }, "Cancel")) : null,
  );
}

function passwordForm(name, done, cancel) {
  const user = fields.text("name", "Name", { value: name, required: true, autocomplete: "username" });
  const password = fields.text("password", "Password", { type: "password", required: true, autocomplete: "current-password" });
  return form({
    fields: [user, password],
    action: "Log in",
    submit: async (values) => {
      try {
        await session.logIn(values.name, values.password);
      } catch (error) {
        password.control.value = "";
        password.control.focus();
        throw error;
      }
    },
    done,
    cancel,
  });
}

/** Where one is, without what an earlier try said. */
function here() {
  return address.of({ ...address.read(), login: undefined });
}
