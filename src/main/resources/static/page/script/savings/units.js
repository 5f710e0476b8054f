// The units of figures in charts: how a value is written, and at which steps an axis is marked.

import { bytes, bytesElement, count, countElement, duration, durationElement, roundBytes } from "../common/format.js";

/**
 * @typedef {object} Unit
 * @property {function(number): string} text
 * @property {function(number): string} mark of an axis
 * @property {function(number): Element} element
 * @property {string} scale of INCREMENTS
 * @property {number} least that an axis spans
 */

/** @type {Object<string, Unit>} */
export const UNITS = {
  bytes: { text: bytes, mark: roundBytes, element: bytesElement, scale: "binary", least: 1024 },
  counts: { text: count, mark: count, element: countElement, scale: "decimal", least: 10 },
  times: { text: duration, mark: duration, element: durationElement, scale: "time", least: 60_000 },
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Steps between the marks of an axis, so that they are whole in their unit. */
export const INCREMENTS = {
  binary: powers(1024, 7, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]),
  decimal: powers(10, 15, [1, 2, 5]),
  time: [
    ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS),
    ...[1, 2, 4, 8, 12].map((hours) => hours * HOUR_MS),
    ...powers(10, 6, [1, 2, 5]).map((days) => days * DAY_MS),
  ],
};

function powers(base, number, factors) {
  return Array.from({ length: number }, (_, power) => factors.map((factor) => factor * base ** power)).flat();
}
