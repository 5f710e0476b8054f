// What failed in the background and is set aside. There is nothing to see as long as nothing failed.

import { get } from "../../common/api.js";
import { html } from "../../common/dom.js";
import { counted } from "../../common/format.js";
import { isAdministrator } from "../../common/session.js";
import { card, load } from "../../common/states.js";
import { table } from "../../common/table.js";

const COLUMNS = [
  { key: "work", label: "Work", cell: (item) => item.work },
  { key: "subject", label: "About", cell: (item) => item.subject },
  { key: "reason", label: "Why it failed", cell: (item) => item.reason },
  { key: "since", label: "Since", cell: (item) => html("time", { datetime: item.since }, new Date(item.since).toLocaleString("en-GB")) },
];

/** A card, which is hidden while nothing is set aside, and from those who may not see it. */
export function work(signal) {
  const { section, place } = card("Set aside");
  section.hidden = true;
  const draw = ({ work: kinds }) => {
    const all = kinds.reduce((sum, kind) => sum + kind.set_aside, 0);
    section.hidden = all === 0;
    return all === 0 ? [] : drawn(kinds, all);
  };
  if (!isAdministrator()) {
    return section;
  }
  load(place, "the background work", () => get("/api/savings/work", {}, signal), draw, signal);
  return section;
}

function drawn(kinds, all) {
  const items = kinds.flatMap((kind) => kind.items.map((item) => ({ ...item, work: kind.name })));
  return [
    html(
      "p.hint",
      {},
      `${counted(all, "piece")} of background work failed and waits. Strata tries again after its next upgrade, and what concerns the figures with the next recount.`,
    ),
    table("Background work that failed", COLUMNS, items),
  ];
}
