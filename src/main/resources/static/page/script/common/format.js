// Writes figures for people, with no line break before a unit. Whoever needs the exact figure finds it in the element's value
// and title.

import { html } from "./dom.js";

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const COUNT = new Intl.NumberFormat("en");
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Three digits that count: 0 B, 999 B, 1.21 MiB, 45.3 GiB, 812 TiB. */
export function bytes(count) {
  let value = Math.abs(count);
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${count < 0 ? "−" : ""}${value.toFixed(digits)}\u00a0${BYTE_UNITS[unit]}`;
}

/** As a mark of an axis: without zeros that tell nothing. */
export function roundBytes(count) {
  return bytes(count).replace(/\.0+\u00a0/, "\u00a0");
}

export function count(number) {
  return COUNT.format(number);
}

/** "1 tag", "1,204 tags". */
export function counted(number, singular, plural = `${singular}s`) {
  return `${count(number)} ${number === 1 ? singular : plural}`;
}

/** A share between 0 and 1; what is neither nothing nor all is never shown as that. */
export function percent(share) {
  const value = share * 100;
  if (value > 0 && value < 0.1) {
    return "<\u00a00.1\u00a0%";
  }
  if (value > 99.9 && value < 100) {
    return ">\u00a099.9\u00a0%";
  }
  return `${value.toFixed(value >= 9.95 || value === 0 ? 0 : 1)}\u00a0%`;
}

/** A part of a whole, where the whole may be nothing. */
export function share(part, whole) {
  return whole > 0 ? part / whole : 0;
}

export function ratio(number) {
  return `${number.toFixed(number >= 99.5 ? 0 : number >= 9.95 ? 1 : 2)}×`;
}

/** The two largest units: 340 ms, 12 s, 3 min 20 s, 5 h 12 min, 3 d 4 h. */
export function duration(milliseconds) {
  if (milliseconds < 1000) {
    return `${Math.round(milliseconds)}\u00a0ms`;
  }
  const seconds = Math.round(milliseconds / 1000);
  const units = [
    ["d", Math.floor(seconds / 86400)],
    ["h", Math.floor(seconds / 3600) % 24],
    ["min", Math.floor(seconds / 60) % 60],
    ["s", seconds % 60],
  ];
  const first = units.findIndex(([, value]) => value > 0);
  return units
    .slice(first, first + 2)
    .filter(([, value]) => value > 0)
    .map(([unit, value]) => `${value}\u00a0${unit}`)
    .join("\u00a0");
}

export function moment(instant) {
  return MOMENT.format(new Date(instant));
}

export function day(instant) {
  return DAY.format(new Date(instant));
}

/** "3 days ago", as seen at a moment. */
export function ago(instant, now = Date.now()) {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const [unit, length] =
    [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]].find(
      ([, length]) => Math.abs(seconds) >= length,
    ) ?? ["second", 1];
  return AGO.format(Math.round(seconds / length), unit);
}

/** The start of a digest, as builders print it. */
export function shortDigest(digest) {
  const [algorithm, value] = digest.split(":");
  return value === undefined ? algorithm : value.slice(0, 12);
}

/** Bytes as an element that also holds them exactly. */
export function bytesElement(number) {
  return html("data", { value: number, title: `${count(number)} bytes` }, bytes(number));
}

export function countElement(number) {
  return html("data", { value: number }, count(number));
}

export function durationElement(milliseconds) {
  return html("data", { value: milliseconds, title: `${count(milliseconds)} ms` }, duration(milliseconds));
}

export function momentElement(instant) {
  const iso = new Date(instant).toISOString();
  return html("time", { datetime: iso, title: moment(iso) }, ago(iso));
}

export function digestElement(digest) {
  return html("code.digest", { title: digest }, shortDigest(digest));
}
