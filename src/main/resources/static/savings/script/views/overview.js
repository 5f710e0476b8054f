// The whole registry: what sharing saves, where the disk goes, and what stands out.

import { get } from "../api.js";
import { link } from "../address.js";
import { sparkline } from "../chart.js";
import { html } from "../dom.js";
import { ago, bytes, bytesElement, count, countElement, counted, durationElement, momentElement, percent, ratio, share } from "../format.js";
import { block, instruction, legend } from "../layer.js";
import { listed, namedImageLink, repositoryLink } from "../names.js";
import { card, firstPush, load } from "../states.js";
import { table } from "../table.js";
import { UNITS } from "../units.js";
import { whole } from "../whole.js";

const BASES = 6;
const REPOSITORIES = 8;

export function title() {
  return "Savings";
}

export function show(main, state, signal) {
  const draw = (report) => (report.counts.images === 0 ? nothing(report) : everything(report, signal));
  load(main, "the savings", () => get("/api/savings", {}, signal), draw, signal, "h1");
}

function nothing(report) {
  return [html("h1.visually-hidden", {}, "Savings"), firstPush(), html("div.columns", {}, disk(report))];
}

function everything(report, signal) {
  return [
    headline(report, signal),
    html("div.columns", {}, sharing(report), disk(report)),
    bases(signal),
    html("div.columns", {}, largest(signal), html("div.stack", {}, transfer(report), build(report))),
  ];
}

function headline(report, signal) {
  const trend = html("p.headline-trend", {}, " ");
  const chart = html("div.headline-chart");
  drawTrend(trend, chart, signal);
  return html(
    "section.headline",
    { "aria-labelledby": "saved" },
    html(
      "div",
      {},
      html("h1.headline-figure", { id: "saved" }, bytesElement(report.saved.total), html("small", {}, " saved")),
      html(
        "p.headline-sentence",
        {},
        counted(report.counts.images, "image"),
        " in ",
        counted(report.counts.repositories, "repository", "repositories"),
        " would take ",
        bytesElement(report.as_if_unshared),
        " if nothing were shared. They take ",
        bytesElement(report.stored),
        ": ",
        html("strong", {}, percent(share(report.saved.total, report.as_if_unshared)), " less"),
        ", a ratio of ",
        html("data", { value: report.ratio }, ratio(report.ratio)),
        ".",
      ),
      trend,
    ),
    chart,
  );
}

async function drawTrend(trend, chart, signal) {
  try {
    const past = await get("/api/savings/history", {}, signal);
    const saved = past.figures["saved.total"] ?? [];
    const first = saved.findIndex((value) => value !== null);
    if (saved.length < 2 || first < 0) {
      trend.textContent = "The trend begins with the second hourly snapshot.";
      return;
    }
    const grown = saved.at(-1) - saved[first];
    const sign = grown > 0 ? "+" : "";
    trend.textContent = `${sign}${bytes(grown)} saved since ${ago(past.times[first])}.`;
    chart.replaceChildren(
      sparkline({
        caption: "Saved over time",
        times: past.times,
        series: { label: "Saved", kind: "stored", values: saved },
        unit: UNITS.bytes,
        height: 90,
        signal,
      }),
    );
  } catch (error) {
    if (!signal.aborted) {
      trend.textContent = `The trend could not be loaded. ${error.message}`;
    }
  }
}

function sharing(report) {
  const { section, place } = card("What sharing saves", link({ view: "history" }, "Over time"));
  place.append(
    whole(
      "As if nothing were shared",
      [
        { kind: "stored", label: "Stored", note: "each blob and manifest once", bytes: report.stored },
        { kind: "tags", label: "Saved by tags", note: "the same image under several tags", bytes: report.saved.tags },
        { kind: "inside", label: "Saved inside repositories", note: "layers that images of one repository share", bytes: report.saved.repository },
        { kind: "between", label: "Saved between repositories", note: "layers that several repositories share", bytes: report.saved.repositories },
      ],
      { label: "As if nothing were shared", bytes: report.as_if_unshared },
    ),
    html("p.hint.after", {}, recount(report.check)),
  );
  return section;
}

function disk(report) {
  const { on_disk: on } = report;
  const { section, place } = card("Where the disk goes", verdict(on));
  place.append(
    whole(
      "On disk",
      [
        { kind: "stored", label: "Blobs in use", bytes: on.blobs },
        { kind: "waiting", label: "Waiting to be collected", note: "part of no image any more, or not yet", bytes: on.waiting },
        { kind: "uploads", label: "Uploads under way", bytes: on.uploads },
        { kind: "broken", label: "Broken", note: "found damaged and set aside", bytes: on.broken },
        { kind: "metadata", label: "Metadata", note: "the database with its manifests, its journal, and directories", bytes: on.metadata },
        { kind: "unexplained", label: "Unexplained", note: "is 0, or something is wrong", bytes: on.unexplained },
      ],
      { label: "On disk, as du counts it", bytes: on.total },
    ),
  );
  return section;
}

function verdict(on) {
  if (!on.checked_at) {
    return html("span.verdict", {}, "not compared with the disk yet");
  }
  return on.unexplained === 0
    ? html("span.verdict", {}, "✓ adds up, looked at ", momentElement(on.checked_at))
    : html("span.verdict.verdict-bad", {}, "✗ does not add up, looked at ", momentElement(on.checked_at));
}

function recount(check) {
  if (!check.completed_at && check.differences === 0) {
    return "The first recount of these figures is under way.";
  }
  const found = `${counted(check.differences, "difference")} found`;
  return check.completed_at ? [`Recounted `, momentElement(check.completed_at), `: ${found}.`] : `Being recounted: ${found} so far.`;
}

function bases(signal) {
  const { section, place } = card("What most images stand on", link({ view: "layers" }, "The layer tree"));
  load(place, "the bases", () => get("/api/savings/bases", { n: BASES }, signal), drawBases, signal);
  return section;
}

function drawBases({ bases: found }) {
  if (found.length === 0) {
    return html("p.hint", {}, "No two images share a layer yet.");
  }
  const largestSize = Math.max(...found.map((base) => base.size));
  return [
    table(
      "Layers that save most",
      [
        { key: "layer", label: "Layer", cell: baseName },
        { key: "block", label: "Shared by", cell: (base) => block(base.size, largestSize, base.images) },
        { key: "size", label: "Size", numeric: true, cell: (base) => bytesElement(base.size) },
        { key: "saved", label: "Saves", numeric: true, cell: (base) => bytesElement(base.saved) },
      ],
      found,
    ),
    legend(),
  ];
}

function baseName(base) {
  const to = { view: "layers", stack: base.stack };
  if (base.names.length > 0) {
    return [link(to, base.names[0]), base.names.length > 1 ? html("span.note", {}, "also ", listed(base.names.slice(1).map(namedImageLink))) : null];
  }
  const on = base.on.length > 0 ? `on ${base.on[0]}` : "at the root";
  return [link(to, `A layer ${on}`), html("span.note", {}, html("code", { title: base.created_by ?? base.digest }, base.created_by ? instruction(base.created_by) : base.digest))];
}

function largest(signal) {
  const all = { view: "repositories", sort: "freed", order: "desc" };
  const { section, place } = card("What a deletion gives back", link(all, "All repositories"));
  const ask = () => get("/api/savings/repositories", { sort: "freed", order: "desc", n: REPOSITORIES }, signal);
  load(place, "the repositories", ask, drawLargest, signal);
  return section;
}

function drawLargest({ repositories }) {
  return table(
    "Repositories whose deletion would free most",
    [
      { key: "name", label: "Repository", cell: (repository) => repositoryLink(repository.name) },
      { key: "full", label: "Full", numeric: true, cell: (repository) => bytesElement(repository.full) },
      { key: "freed", label: "Freed if deleted", numeric: true, cell: (repository) => bytesElement(repository.freed) },
    ],
    repositories,
  );
}

function transfer({ transfer: moved }) {
  const { section, place } = card("Not transferred", html("span.hint", {}, "since ", momentElement(moved.counted_since)));
  const spared = moved.mounted + moved.existing;
  place.append(
    html(
      "dl.figures",
      {},
      figure("Uploads spared", bytesElement(spared), `${percent(share(spared, spared + moved.uploaded))} of what was pushed`),
      figure("of it, there already", bytesElement(moved.existing)),
      figure("of it, mounted", bytesElement(moved.mounted)),
      figure("Uploaded", bytesElement(moved.uploaded)),
      figure("Served", bytesElement(moved.served)),
    ),
  );
  return section;
}

function build({ build: built }) {
  const { section, place } = card("Not built");
  if (!built) {
    place.append(html("p.hint", {}, "The layer cache is not in use."));
    return section;
  }
  const reasons = Object.entries(built.misses).sort(([, one], [, other]) => other - one);
  const misses = reasons.reduce((sum, [, number]) => sum + number, 0);
  if (built.hits + misses === 0) {
    place.append(html("p.hint", {}, "No build has asked the layer cache yet."));
    return section;
  }
  place.append(
    html(
      "dl.figures",
      {},
      figure("Hit rate", html("data", { value: share(built.hits, built.hits + misses) }, percent(share(built.hits, built.hits + misses)))),
      figure("Time spared", durationElement(built.exec_ms_saved)),
      figure("Hits", countElement(built.hits)),
      figure("Misses", countElement(misses)),
    ),
    reasons.length > 0
      ? html(
          "ul.reasons",
          { "aria-label": "Misses by reason" },
          reasons.map(([reason, number]) => html("li", {}, html("b", {}, count(number)), ` ${reason.toLowerCase().replaceAll("_", " ")}`)),
        )
      : null,
  );
  return section;
}

function figure(label, value, note = undefined) {
  return html("div", {}, html("dt", {}, label), html("dd", {}, value), note ? html("dd.figure-note", {}, note) : null);
}
