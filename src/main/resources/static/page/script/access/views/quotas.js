// Quotas, and how much of them is used.

import { html } from "../../common/dom.js";
import * as fields from "../../common/fields.js";
import { bytesElement, momentElement, percent, share } from "../../common/format.js";
import { writtenList } from "../../common/plain.js";
import { several, showEntries } from "../entries.js";

const KIND = {
  view: "quotas",
  title: "Quotas",
  one: "a quota",
  many: "quotas",
  hint: "How many bytes the repositories of a pattern may have together. Each blob counts once, in however many of them it is.",
  nothing: "So repositories may take all the room that there is.",
  describe: (quota) => `${quota.bytes} on ${several(quota.on).join(", ")}`,
  columns: [{ key: "on", label: "On", cell: (quota) => writtenList(several(quota.on)) }],
  more: [
    { key: "limit", label: "Limit", numeric: true, cell: (quota) => (quota.limit === undefined ? "–" : bytesElement(quota.limit)) },
    { key: "used", label: "Used", cell: used },
  ],
  form: () => ({
    fields: [
      fields.lines("on", "On repositories", { required: true, hint: "One pattern a line, such as team/web, team/* or team/**." }),
      fields.text("bytes", "Size", { required: true, hint: "Such as 500MB, 100GB or 2TB. 1 GB is 1024 MB." }),
    ],
    entry: ({ on, bytes }) => ({ on, bytes }),
  }),
};

export function title() {
  return KIND.title;
}

export function show(main, state, signal) {
  return showEntries(KIND, main, state, signal);
}

/** One that was added just now may not be in force yet in the process that was asked. */
function used(quota) {
  if (quota.used === undefined) {
    return "–";
  }
  const full = quota.limit === 0 ? 1 : Math.min(1, share(quota.used, quota.limit));
  return html(
    "div.used",
    {},
    html("span.used-bar", { "aria-hidden": "true" }, html(`span.used-part${full === 1 ? ".used-up" : ""}`, { "--share": full })),
    html("span", {}, bytesElement(quota.used), quota.limit > 0 ? `, ${percent(share(quota.used, quota.limit))}` : null),
    html("span.note", {}, quota.counted_at ? ["counted ", momentElement(quota.counted_at)] : "what was there before is not counted yet"),
  );
}
