// Views that belong together: the heading of each, and the way to the others.

import * as address from "./address.js";
import { html, mark } from "./dom.js";

/**
 * @param {string} label of them all
 * @param {{view: string, label: string}[]} sections that somebody may see
 * @param {string} view which of them it is
 * @param {string} title
 * @param {...(Node|string)} hint
 */
export function sectionHeading(label, sections, view, title, ...hint) {
  const links = sections.map((section) => {
    const link = address.link({ view: section.view }, section.label);
    mark(link, section.view === view);
    return html("li", {}, link);
  });
  return html(
    "div.heading",
    {},
    links.length > 1 ? html("nav", { "aria-label": label }, html("ul.ranges", {}, links)) : null,
    html("h1", {}, title),
    html("p.hint", {}, ...hint),
  );
}
