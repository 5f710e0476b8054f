// The figures over time.

import * as address from "../../common/address.js";
import { get } from "../../common/api.js";
import { chart } from "../chart.js";
import { html, mark } from "../../common/dom.js";
import { card, empty, failed, load } from "../../common/states.js";
import { UNITS } from "../units.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const HEIGHT = 280;

const RANGES = {
  week: { label: "7 days", days: 7, step: "hour" },
  month: { label: "31 days", days: 31, step: "day" },
  year: { label: "A year", days: 365, step: "day" },
};

const CHARTS = [
  {
    caption: "What sharing saves",
    series: [
      ["as_if_unshared", "As if nothing were shared", "between"],
      ["stored", "Stored", "stored"],
      ["saved.total", "Saved", "inside"],
    ],
  },
  {
    caption: "Saved, by why",
    series: [
      ["saved.tags", "By tags", "tags"],
      ["saved.repository", "Inside repositories", "inside"],
      ["saved.repositories", "Between repositories", "between"],
    ],
  },
  {
    caption: "On disk",
    series: [
      ["on_disk.total", "Total", "text"],
      ["on_disk.blobs", "Blobs in use", "stored"],
      ["on_disk.waiting", "Waiting to be collected", "waiting"],
      ["on_disk.uploads", "Uploads under way", "uploads"],
      ["on_disk.metadata", "Metadata", "metadata"],
      ["on_disk.unexplained", "Unexplained", "unexplained"],
    ],
  },
  {
    caption: "Transferred and not transferred, since counting began",
    series: [
      ["transfer.existing", "Were there already", "inside"],
      ["transfer.mounted", "Mounted", "between"],
      ["transfer.auto_mounted", "In another repository", "waiting"],
      ["transfer.uploaded", "Uploaded", "stored"],
      ["transfer.served", "Served", "uploads"],
    ],
  },
  {
    caption: "Steps that the layer cache was asked for, since counting began",
    unit: "counts",
    series: [
      ["build.hits", "Hits", "inside"],
      ["build.asked", "Asked for", "waiting"],
    ],
  },
  {
    caption: "Time of execution spared, since counting began",
    unit: "times",
    series: [["build.exec_ms_saved", "Spared", "stored"]],
  },
];

export function title() {
  return "History";
}

export function show(main, state, signal) {
  const ranges = Object.entries(RANGES).map(([name, { label }]) => [name, address.link({ view: "history", range: name }, label)]);
  const place = html("div.stack");
  main.append(
    html("div.toolbar", {}, html("h1", {}, "History"), html("nav", { "aria-label": "Time range" }, html("ul.ranges", {}, ranges.map(([, link]) => html("li", {}, link))))),
    place,
  );
  const update = (changed) => {
    const chosen = changed.range ?? "week";
    ranges.forEach(([name, link]) => mark(link, name === chosen));
    if (!Object.hasOwn(RANGES, chosen)) {
      place.replaceChildren(failed({ status: 404, message: "There is no such range of time.", detail: { range: chosen } }));
      return;
    }
    const { days, step } = RANGES[chosen];
    const to = new Date();
    const from = new Date(to.getTime() - days * DAY_MS);
    const ask = () => get("/api/savings/history", { from: from.toISOString(), to: to.toISOString(), step }, signal);
    load(place, "the history", ask, (answer) => draw(answer, signal), signal);
  };
  update(state);
  return update;
}

function draw({ times, figures }, signal) {
  if (times.length === 0) {
    return empty("There is no history yet", html("p", {}, "A snapshot of the figures is taken every hour, and one a day is kept for a year."));
  }
  return CHARTS.map(({ caption, series, unit = "bytes" }) => {
    const known = series
      .map(([path, label, kind]) => ({ label, kind, values: column(figures, path) }))
      .filter(({ values }) => values.some((value) => value !== null));
    if (known.length === 0) {
      return null;
    }
    const { section, place } = card(caption);
    place.append(chart({ caption, times, series: known, unit: UNITS[unit], height: HEIGHT, signal }));
    return section;
  }).filter((section) => section !== null);
}

/** A figure's values; where a path has figures below it, such as misses by reason, their sums. */
function column(figures, path) {
  const columns = figures[path] ? [figures[path]] : Object.keys(figures).filter((name) => name.startsWith(`${path}.`)).map((name) => figures[name]);
  return (columns[0] ?? []).map((_, index) => {
    const known = columns.map((values) => values[index]).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}
