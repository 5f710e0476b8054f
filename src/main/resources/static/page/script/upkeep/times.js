// When what was deleted goes.

import { html } from "../common/dom.js";
import { counted, moment } from "../common/format.js";
import { written } from "../common/plain.js";

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** A length of time in words, by its two largest units: "7 days", "1 hour 30 minutes". */
export function span(seconds) {
  let left = seconds;
  const parts = UNITS.flatMap(([unit, length]) => {
    const number = Math.floor(left / length);
    left -= number * length;
    return number > 0 ? [counted(number, unit)] : [];
  });
  return parts.slice(0, 2).join(" ") || counted(0, "second");
}

/** A time to come: the day and the hour, since "in 7 days" is not when. */
export function at(instant) {
  return html("time", { datetime: instant, title: instant }, moment(instant));
}

/** Who did it, where that is known. */
export function by(name) {
  return name ? [" by ", written(name)] : "";
}

/**
 * What follows from a deletion for the disk, in a sentence.
 *
 * @param {{undo_seconds: number, grace_seconds: number}} times
 */
export function whenItGoes({ undo_seconds: undo, grace_seconds: grace }) {
  return undo === 0
    ? `It cannot be taken back. The bytes go after ${span(grace)}.`
    : `You can take it back for ${span(undo)}. The bytes go after that, and no sooner than ${span(grace)} after somebody was told that they are there.`;
}
