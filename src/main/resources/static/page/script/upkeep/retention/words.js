// Rules of retention, and plans, in words.

import { bytes, count } from "../../common/format.js";

export const RETENTION = "/api/upkeep/retention";

/** How far a plan is, as the server calls it. */
const STATES = {
  counting: "is being made",
  ready: "can be run",
  running: "is running",
  done: "has run",
  restoring: "is being taken back",
  restored: "was taken back",
  outdated: "the rules changed while it was made",
};

export function stateOf(plan) {
  return STATES[plan.state] ?? plan.state;
}

/** Whether it goes on by itself. */
export function isMoving(plan) {
  return ["counting", "running", "restoring"].includes(plan.state);
}

/** A reason to keep or to remove, as one writes it in a line. */
export function reasonText(clause) {
  return Object.entries(clause)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(", ") : value}`)
    .join(" and ");
}

/** The same for people. */
export function shownReason(clause) {
  return reasonText(Number.isFinite(clause.above) ? { ...clause, above: bytes(clause.above) } : clause);
}

/** What was written in a line. What is no reason the server says. */
export function reasonOf(line) {
  return Object.fromEntries(
    line.split(/\s+and\s+/).map((part) => {
      const [name, ...rest] = part.trim().split(/\s+/);
      const value = rest.join(" ");
      return [name, name === "tags" ? value.split(/[,\s]+/).filter((tag) => tag !== "") : value];
    }),
  );
}

/** "3 of 12 images". */
export function ofImages(part, all) {
  return `${count(part)} of ${count(all)} ${all === 1 ? "image" : "images"}`;
}
