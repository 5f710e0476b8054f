// Who is logged in, at the page's head.

import * as address from "../common/address.js";
import { dialog } from "../common/dialog.js";
import { html } from "../common/dom.js";
import { written } from "../common/plain.js";
import * as session from "../common/session.js";

/**
 * Says who is logged in, with a way out or in.
 *
 * @param {Element} place
 * @param {function()} showLogin
 */
export function showIdentity(place, showLogin) {
  const { login, caller } = session.current();
  if (!login) {
    place.replaceChildren();
  } else if (!caller) {
    place.replaceChildren(html("button", { type: "button", onclick: showLogin }, "Log in"));
  } else {
    place.replaceChildren(
      address.link({ view: "me" }, html("span.visually-hidden", {}, "Logged in as "), written(caller.title)),
      caller.by === "session" ? logOutButton() : "",
    );
  }
}

export function logOutButton() {
  const leave = async () => {
    try {
      await session.logOut();
      address.go({});
    } catch (error) {
      await dialog("You are still logged in", (close) => [
        html("p", {}, error.message),
        html("p.actions", {}, html("button", { type: "button", onclick: () => close() }, "Close")),
      ]);
    }
  };
  return html("button", { type: "button", onclick: leave }, "Log out");
}
