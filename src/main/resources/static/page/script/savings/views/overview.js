// The whole registry: what sharing saves, where the disk goes, and what stands out.

import { get } from "../../common/api.js";
import { sparkline } from "../chart.js";
import { html } from "../../common/dom.js";
import { ago, bytes, bytesElement, counted, percent, ratio, share } from "../../common/format.js";
import { build, transfer } from "../overview/spared.js";
import { bases, largest } from "../overview/standouts.js";
import { disk, sharing } from "../overview/wholes.js";
import { work } from "../overview/work.js";
import { firstPush, load } from "../../common/states.js";
import { UNITS } from "../units.js";

export function title() {
  return "Savings";
}

export function show(main, state, signal) {
  const draw = (report) => (report.counts.images === 0 ? nothing(report, signal) : everything(report, signal));
  load(main, "the savings", () => get("/api/savings", {}, signal), draw, signal, "h1");
}

function nothing(report, signal) {
  return [html("h1.visually-hidden", {}, "Savings"), firstPush(), html("div.columns", {}, disk(report)), work(signal)];
}

function everything(report, signal) {
  return [
    headline(report, signal),
    html("div.columns", {}, sharing(report), disk(report)),
    bases(signal),
    html("div.columns", {}, largest(signal), html("div.stack", {}, transfer(report), build(report))),
    work(signal),
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
    const change = grown === 0 ? "As much as" : `${bytes(Math.abs(grown))} ${grown > 0 ? "more" : "less"} than`;
    trend.textContent = `${change} ${ago(past.times[first])}.`;
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
