// The views about access: which there are, and which somebody may see.

import { sectionHeading } from "../common/sections.js";
import * as session from "../common/session.js";

/** Each with who may see it. Without a login there are none. */
const SECTIONS = [
  { view: "robots", label: "Robots", isFor: (caller) => caller.administrator || caller.maintains },
  { view: "accounts", label: "Accounts", isFor: isAdministrator },
  { view: "people", label: "People", isFor: (caller) => isAdministrator(caller) && (session.current().issuers ?? []).length > 0 },
  { view: "grants", label: "Grants", isFor: isAdministrator },
  { view: "immutable", label: "Immutable tags", isFor: isAdministrator },
  { view: "quotas", label: "Quotas", isFor: isAdministrator },
  { view: "explain", label: "Explain", isFor: isAdministrator },
  { view: "audit", label: "Audit", isFor: isAdministrator },
];

function isAdministrator(caller) {
  return caller.administrator;
}

/** The views that whoever is logged in may see. */
export function sections() {
  const { login, caller } = session.current();
  return login && caller ? SECTIONS.filter(({ isFor }) => isFor(caller)) : [];
}

/** The heading of a view about access, and the way to the others. */
export function heading(view, title, ...hint) {
  return sectionHeading("Access", sections(), view, title, ...hint);
}
