// Charts of figures over time, drawn by uPlot, each with a table that says the same.

import { html, svg } from "../common/dom.js";
import { moment } from "../common/format.js";
import { INCREMENTS } from "./units.js";

/** Lines differ by these, so that their colours need not tell them apart. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]];
const TABLE_ROWS = 400;
const DAY_S = 24 * 60 * 60;
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric" });

/**
 * A chart of lines, from zero.
 *
 * @param {object} options
 * @param {string} options.caption
 * @param {string[]} options.times
 * @param {Array<{label: string, kind: string, values: Array<number|null>}>} options.series the kind names the colour, the
 *     order the dashes
 * @param {import("./units.js").Unit} options.unit of the values
 * @param {number} options.height in pixels
 * @param {AbortSignal} options.signal that it is no longer wanted
 */
export function chart({ caption, times, series, unit, height, signal }) {
  const key = legend(times, series, unit);
  if (times.length === 1) {
    return html("figure.chart", {}, html("p.hint", {}, "There is one snapshot so far. The lines begin with the second."), key.element);
  }
  const canvas = plotted(times, series, height, signal, summary(caption, times, series, unit), (colour, font) => ({
    axes: [
      { ...axis(colour, font), space: 80, values: (_, splits, index, space, step) => splits.map((second) => mark(second, step)) },
      { ...axis(colour, font), size: 76, incrs: INCREMENTS[unit.scale], values: (_, splits) => splits.map(unit.mark) },
    ],
    scales: { y: { range: (_, low, high) => [Math.min(low ?? 0, 0), Math.max((high ?? 0) * 1.05, unit.least)] } },
    cursor: { y: false, drag: { x: false, y: false } },
    hooks: { setCursor: [({ cursor }) => key.show(cursor.idx ?? times.length - 1)] },
  }));
  return html("figure.chart", {}, canvas, key.element, figures(caption, times, series, unit));
}

/** A line without axes, which shows the change alone. */
export function sparkline({ caption, times, series, unit, height, signal }) {
  const canvas = plotted(times, [series], height, signal, summary(caption, times, [series], unit), () => ({
    axes: [{ show: false }, { show: false }],
    scales: { y: { range: (_, low, high) => around(low ?? 0, high ?? 0) } },
    cursor: { show: false },
    padding: [2, 2, 2, 2],
  }));
  return html("figure.chart", {}, canvas);
}

function around(low, high) {
  const room = Math.max((high - low) * 0.15, high * 0.001, 1);
  return [low - room, high + room];
}

/** Keeps a plot as wide as its place and in the colours of the moment. */
function plotted(times, series, height, signal, description, more) {
  const canvas = html("div.chart-canvas", { role: "img", "aria-label": description, "--chart-height": `${height}px` });
  const data = [times.map((time) => new Date(time).getTime() / 1000), ...series.map(({ values }) => values)];
  let plot;
  const draw = () => {
    plot?.destroy();
    const colour = (name) => resolve(canvas, name);
    plot = new window.uPlot(
      {
        width: Math.max(Math.round(canvas.clientWidth), 100),
        height,
        legend: { show: false },
        series: [{}, ...series.map((one, index) => stroke(one, index, series.length, colour))],
        ...more(colour, `12px ${getComputedStyle(canvas).fontFamily}`),
      },
      data,
      canvas,
    );
  };
  const size = new ResizeObserver(([{ contentRect }]) => {
    const width = Math.round(contentRect.width);
    if (!plot) {
      draw();
    } else if (width > 0 && width !== plot.width) {
      plot.setSize({ width, height });
    }
  });
  size.observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw, { signal });
  signal.addEventListener("abort", () => {
    size.disconnect();
    plot?.destroy();
  });
  return canvas;
}

function stroke({ kind }, index, of, colour) {
  return {
    stroke: colour(`part-${kind}`),
    fill: of === 1 ? colour("accent-soft") : undefined,
    width: 2,
    dash: DASHES[index % DASHES.length],
    points: { show: false },
  };
}

function axis(colour, font) {
  return { stroke: colour("text-soft"), font, grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
}

function mark(second, step) {
  const time = new Date(second * 1000);
  if (step >= 28 * DAY_S) {
    return MONTH.format(time);
  }
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  return step >= DAY_S || isMidnight ? DATE.format(time) : CLOCK.format(time);
}

/** The colour that a custom property comes to, which only a property that is a colour tells. */
function resolve(element, name) {
  const probe = html("span.probe", { "--probe": `var(--${name})` });
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The lines' names, with their values where the pointer is, else the newest. */
function legend(times, series, unit) {
  const time = html("span.legend-time");
  const values = series.map(() => html("b"));
  const show = (index) => {
    time.textContent = moment(times[index]);
    values.forEach((value, at) => {
      const known = series[at].values[index];
      value.textContent = known === null || known === undefined ? "–" : unit.text(known);
    });
  };
  const sample = (kind, index) =>
    svg(
      "svg",
      { width: 26, height: 10, "aria-hidden": "true", "--probe": `var(--part-${kind})`, class: "probe" },
      svg("path", { d: "M0 5h26", stroke: "currentColor", "stroke-width": 2, "stroke-dasharray": DASHES[index % DASHES.length].join(" ") || null }),
    );
  const element = html(
    "figcaption.chart-legend",
    {},
    series.map(({ label, kind }, index) => html("span", {}, sample(kind, index), label, " ", values[index])),
    time,
  );
  show(times.length - 1);
  return { element, show };
}

function summary(caption, times, series, unit) {
  const ends = series.map(({ label, values }) => {
    const known = values.filter((value) => value !== null && value !== undefined);
    return known.length === 0 ? `${label}: nothing known` : `${label}: from ${unit.text(known[0])} to ${unit.text(known.at(-1))}`;
  });
  return `${caption}, ${moment(times[0])} to ${moment(times.at(-1))}. ${ends.join("; ")}.`;
}

/** The newest first; the rows are made when somebody opens them. */
function figures(caption, times, series, unit) {
  const place = html("div.table-frame", { tabindex: "0", role: "region", "aria-label": `Figures: ${caption}` });
  const heading = html(
    "tr",
    {},
    html("th", { scope: "col" }, "Time"),
    series.map(({ label }) => html("th.number", { scope: "col" }, label)),
  );
  const row = ([time, index]) =>
    html(
      "tr",
      {},
      html("th", { scope: "row" }, html("time", { datetime: time }, moment(time))),
      series.map(({ label, values }) =>
        html("td.number", { "data-label": label }, values[index] === null ? "–" : unit.element(values[index])),
      ),
    );
  const fill = () => {
    const rows = times.map((time, index) => [time, index]).reverse().slice(0, TABLE_ROWS);
    place.append(
      html(
        "table.rows",
        {},
        html("caption.visually-hidden", {}, caption),
        html("thead", {}, heading),
        html("tbody", {}, rows.map(row)),
      ),
    );
  };
  const details = html("details.chart-figures", {}, html("summary", {}, "The figures"), place);
  details.addEventListener("toggle", fill, { once: true });
  return details;
}
