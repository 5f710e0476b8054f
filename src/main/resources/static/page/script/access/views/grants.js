// Grants: who may do what on which repositories.

import * as fields from "../../common/fields.js";
import { writtenList } from "../../common/plain.js";
import { several, showEntries } from "../entries.js";
import { RIGHTS, whoFields } from "../who.js";

const KIND = {
  view: "grants",
  title: "Grants",
  one: "a grant",
  many: "grants",
  hint: "Who may do what on which repositories. Rights add up, and what no grant allows is refused.",
  nothing: "So only administrators may do anything.",
  describe: (grant) => {
    const on = several(grant.on).length > 0 ? ` on ${several(grant.on).join(", ")}` : "";
    return `${whoOf(grant).join(", ")} may ${several(grant.may).join(", ")}${on}`;
  },
  columns: [
    { key: "who", label: "Who", cell: (grant) => writtenList(whoOf(grant)) },
    { key: "on", label: "On", cell: (grant) => writtenList(several(grant.on)) },
    { key: "may", label: "May", cell: (grant) => several(grant.may).join(", ") },
    { key: "cache", label: "Cache scopes", cell: (grant) => writtenList(several(grant.cache)) },
  ],
  form,
};

export function title() {
  return KIND.title;
}

export function show(main, state, signal) {
  return showEntries(KIND, main, state, signal);
}

function whoOf(grant) {
  return several(grant.who).map((who) => (typeof who === "string" ? who : issuer(who)));
}

function issuer({ issuer: url, claims = {} }) {
  const said = Object.entries(claims).map(([name, values]) => `${name} = ${several(values).join(" or ")}`);
  return `issuer:${url} with ${said.join(", ")}`;
}

function form() {
  const who = whoFields({ isGrant: true });
  const may = fields.checks("may", "May", RIGHTS);
  const on = fields.lines("on", "On repositories", { hint: "One pattern a line, such as team/web, team/* or team/**. Not needed for admin." });
  const cache = fields.lines("cache", "Cache scopes", { hint: "One pattern a line, such as main or pr-*." });
  const follow = () => fields.showWhen(may.read().includes("cache"), cache);
  may.element.addEventListener("change", follow);
  follow();
  return {
    fields: [...who.fields, may, on, cache],
    entry: (values) => ({
      who: who.read(),
      may: values.may,
      ...(values.on.length > 0 ? { on: values.on } : {}),
      ...(values.cache ? { cache: values.cache } : {}),
    }),
  };
}
