// The views of upkeep: which there are, and which somebody may see.

import { sectionHeading } from "../common/sections.js";
import * as session from "../common/session.js";

const SECTIONS = [
  { view: "upkeep", label: "Disk", isFor: () => true },
  { view: "deletions", label: "Deleted", isFor: () => true },
  { view: "retention", label: "Retention", isFor: session.isAdministrator },
  { view: "damage", label: "Damage", isFor: session.isAdministrator },
];

/** The heading of a view of upkeep, and the way to the others. */
export function heading(view, title, ...hint) {
  return sectionHeading("Upkeep", SECTIONS.filter(({ isFor }) => isFor()), view, title, ...hint);
}
