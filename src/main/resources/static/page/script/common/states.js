// What a view shows while there is nothing to show.

import { html } from "./dom.js";
import { link } from "./address.js";

/** Room for what is being loaded, of about the height that it will take. */
export function loading(what, rows = 4) {
  return html(
    "div.loading",
    { "aria-busy": "true" },
    html("p.loading-text", {}, `Loading ${what} …`),
    html("div.loading-rows", { "aria-hidden": "true" }, Array.from({ length: rows }, () => html("div.loading-row"))),
  );
}

const HEADINGS = { 401: "You are not logged in", 403: "You may not see this", 404: "Not found" };

/**
 * What went wrong, and what can be done.
 *
 * @param {Error} error
 * @param {function} [again] tries once more
 * @param {string} [heading] the tag of its heading: "h1" where it is all that the page has
 */
export function failed(error, again = undefined, heading = "h2") {
  const detail = Object.entries(error.detail ?? {});
  return html(
    "div.notice.notice-failed",
    { role: "alert" },
    html(heading, {}, HEADINGS[error.status] ?? "This could not be loaded"),
    html("p", {}, error.message),
    detail.length > 0
      ? html("dl.notice-detail", {}, detail.map(([name, value]) => [html("dt", {}, name), html("dd", {}, shown(value))]))
      : null,
    html(
      "p.actions",
      {},
      again ? html("button", { type: "button", onclick: again }, "Try again") : null,
      link({}, "Go to the overview"),
    ),
  );
}

function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Fills a place: with "loading" at first, then with what is drawn of the answer, or with what went wrong and a way to try
 * again. What is no longer wanted is left alone.
 *
 * @param {Element} place
 * @param {string} what is loaded, for people
 * @param {function(): Promise} ask
 * @param {function(object): (Node|Node[])} draw
 * @param {AbortSignal} signal that it is no longer wanted
 * @param {string} [heading] see failed
 */
export async function load(place, what, ask, draw, signal, heading = "h2") {
  place.replaceChildren(loading(what));
  try {
    const answer = await ask();
    place.replaceChildren(...[draw(answer)].flat());
  } catch (error) {
    if (!signal.aborted) {
      place.replaceChildren(failed(error, () => load(place, what, ask, draw, signal, heading), heading));
    }
  }
}

/** A card with a heading, and the place in it that is to be filled. */
export function card(title, ...beside) {
  const place = html("div.card-body");
  const section = html("section.card", {}, html("header", {}, html("h2", {}, title), ...beside), place);
  return { section, place };
}

/** Nothing is there, for a reason that is worth a sentence. */
export function empty(title, ...children) {
  return html("div.notice", {}, html("h2", {}, title), ...children);
}

/** How a first image gets here, for a registry that has none. */
export function firstPush() {
  const registry = window.location.host;
  return empty(
    "Nothing is stored yet",
    html("p", {}, "Push an image, and this page shows what it shares with others:"),
    html(
      "pre",
      { tabindex: "0", "aria-label": "Commands that push a first image" },
      html("code", {}, `docker tag alpine ${registry}/alpine:3\ndocker push ${registry}/alpine:3`),
    ),
  );
}
