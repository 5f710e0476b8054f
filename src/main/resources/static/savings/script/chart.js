// Charts of figures over time, drawn by uPlot, each with a table that says the same.

import { html } from "./dom.js";
import { bytes, bytesElement, moment } from "./format.js";

const UNIT = 1024;
/** Steps of an axis of bytes that end on whole binary units. */
const INCREMENTS = Array.from({ length: 7 }, (_, power) => [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((n) => n * UNIT ** power)).flat();
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]];
const TABLE_ROWS = 400;

/**
 * A chart of lines.
 *
 * @param {object} options
 * @param {string} options.caption
 * @param {string[]} options.times
 * @param {Array<{label: string, kind: string, values: Array<number|null>}>} options.series of bytes; the kind names the colour,
 *     the order the dashes
 * @param {number} options.height in pixels
 * @param {boolean} [options.isSmall] without axes and legend
 * @param {AbortSignal} options.signal that it is no longer wanted
 */
export function lines({ caption, times, series, height, isSmall = false, signal }) {
  const canvas = html("div.chart-canvas", { role: "img", "aria-label": summary(caption, times, series) });
  const seconds = times.map((time) => new Date(time).getTime() / 1000);
  let plot;
  const draw = () => {
    plot?.destroy();
    plot = new window.uPlot(options(canvas, series, height, isSmall), [seconds, ...series.map(({ values }) => values)], canvas);
  };
  const size = new ResizeObserver(([entry]) => {
    if (!plot) {
      draw();
    } else if (Math.round(entry.contentRect.width) !== plot.width) {
      plot.setSize({ width: Math.round(entry.contentRect.width), height });
    }
  });
  size.observe(canvas);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", draw, { signal });
  signal.addEventListener("abort", () => {
    size.disconnect();
    plot?.destroy();
  });
  return isSmall ? html("figure.chart", {}, canvas) : html("figure.chart", {}, canvas, figures(caption, times, series));
}

function options(canvas, series, height, isSmall) {
  const style = getComputedStyle(canvas);
  const colour = (name) => resolve(canvas, name);
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: colour("text-soft"), font, grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
  return {
    width: Math.max(Math.round(canvas.clientWidth), 100),
    height,
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { show: !isSmall, live: true },
    axes: isSmall
      ? [{ show: false }, { show: false }]
      : [
          { ...axis, space: 90 },
          { ...axis, size: 76, incrs: INCREMENTS, values: (_, splits) => splits.map((value) => bytes(value)) },
        ],
    scales: { x: { time: true }, y: { range: (_, low, high) => bounds(low, high, isSmall) } },
    series: [
      { value: (_, value) => (value === null ? "–" : moment(value * 1000)), label: "Time" },
      ...series.map(({ label, kind }, index) => ({
        label,
        stroke: colour(`part-${kind}`),
        width: 2,
        dash: DASHES[index % DASHES.length],
        points: { show: false },
        fill: isSmall ? colour("accent-soft") : undefined,
        value: (_, value) => (value === null || value === undefined ? "–" : bytes(value)),
      })),
    ],
  };
}

/** From zero, so that heights can be compared; a small chart shows the change alone. */
function bounds(low, high, isSmall) {
  if (low === null || high === null) {
    return [0, UNIT];
  }
  if (isSmall) {
    const room = Math.max((high - low) * 0.15, high * 0.001, 1);
    return [low - room, high + room];
  }
  return [Math.min(low, 0), Math.max(high * 1.05, UNIT)];
}

/** The colour that a custom property comes to, which only a property that is a colour tells. */
function resolve(element, name) {
  const probe = html("span", { "--probe": `var(--${name})`, class: "probe" });
  element.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function summary(caption, times, series) {
  const ends = series.map(({ label, values }) => {
    const known = values.filter((value) => value !== null && value !== undefined);
    return known.length === 0 ? `${label}: nothing known` : `${label}: from ${bytes(known[0])} to ${bytes(known.at(-1))}`;
  });
  return `${caption}, ${moment(times[0])} to ${moment(times.at(-1))}. ${ends.join("; ")}.`;
}

/** The newest first; the rows are made when somebody opens them. */
function figures(caption, times, series) {
  const details = html("details.chart-figures", {}, html("summary", {}, "The figures"));
  details.addEventListener(
    "toggle",
    () => {
      const rows = times.map((time, index) => [time, index]).reverse().slice(0, TABLE_ROWS);
      details.append(
        html(
          "div.table-frame",
          { tabindex: "0", role: "region", "aria-label": `Figures: ${caption}` },
          html(
            "table.rows",
            {},
            html("caption.visually-hidden", {}, caption),
            html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Time"), series.map(({ label }) => html("th.number", { scope: "col" }, label)))),
            html(
              "tbody",
              {},
              rows.map(([time, index]) =>
                html(
                  "tr",
                  {},
                  html("th", { scope: "row" }, html("time", { datetime: time }, moment(time))),
                  series.map(({ label, values }) =>
                    html("td.number", { "data-label": label }, values[index] === null ? "–" : bytesElement(values[index])),
                  ),
                ),
              ),
            ),
          ),
        ),
      );
    },
    { once: true },
  );
  return details;
}
