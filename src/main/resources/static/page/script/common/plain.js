// Text that others wrote, which may try to look like something else.

import { html } from "./dom.js";

/** Control characters, and those that are not seen but turn, join or hide what is: Unicode's Cc, Cf, Zl and Zp. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The same text with a sign for each character that is not seen. */
export function visible(text) {
  return String(text).replaceAll(UNSEEN, (character) => `⟨U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/** A name or another text that somebody wrote. Its direction, right to left or not, changes nothing around it. */
export function written(text) {
  return html("bdi", {}, visible(text));
}

/** Several of them, each on a line of its own; a dash where there is none. */
export function writtenList(texts) {
  return texts.length === 0 ? "–" : html("ul.names", {}, texts.map((text) => html("li", {}, written(text))));
}
