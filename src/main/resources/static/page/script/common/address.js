// What is shown stands in the address, so that a link leads to it and the back button leaves it.

import { html } from "./dom.js";

/** The address's parameters as an object; the view is one of them. */
export function read(location = window.location) {
  return Object.fromEntries(new URLSearchParams(location.search));
}

/** The address of a state. Parameters that are empty are left out; a space is %20, since + is a plus to the server. */
export function of(state) {
  const query = Object.entries(state)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("%2F", "/")}`)
    .join("&");
  return query === "" ? "/" : `/?${query}`;
}

/** A link to a state. */
export function link(state, ...children) {
  return html("a", { href: of(state) }, ...children);
}

/** Goes to a state as a link to it would. */
export function go(state) {
  history.pushState(null, "", of(state));
  window.dispatchEvent(new Event("address"));
}

/** Notes a state of which the back button need not know, such as a search that is being typed. */
export function replace(state) {
  history.replaceState(null, "", of(state));
}

/** Calls back for each change of the address, and makes links within the page change it without loading the page anew. */
export function follow(changed) {
  window.addEventListener("popstate", changed);
  window.addEventListener("address", changed);
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest?.("a[href]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!anchor || !isPlain || event.defaultPrevented || anchor.origin !== location.origin) {
      return;
    }
    if (anchor.pathname === "/" && anchor.getAttribute("href").startsWith("/")) {
      event.preventDefault();
      history.pushState(null, "", anchor.href);
      changed();
    }
  });
}
