// Whether somebody may do something, and by which grants. The question is in the address.

import * as address from "../../common/address.js";
import { get } from "../../common/api.js";
import { html } from "../../common/dom.js";
import * as fields from "../../common/fields.js";
import { form } from "../../common/form.js";
import { written } from "../../common/plain.js";
import { load } from "../../common/states.js";
import { table } from "../../common/table.js";
import { heading } from "../sections.js";
import { RIGHTS, whoFields } from "../who.js";

const COLUMNS = [
  { key: "grant", label: "Grant", cell: (grant) => written(grant.grant) },
  { key: "name", label: "Where", cell: (grant) => grant.name },
];

export function title() {
  return "Explain";
}

export function show(main, state, signal) {
  const question = html("div.card.filter");
  const answer = html("div", { role: "status" });
  main.append(
    heading("explain", "Explain", "Whether somebody may do something with a repository, and by which grants."),
    question,
    answer,
  );
  let asked;
  const update = (changed) => {
    if (JSON.stringify(changed) !== asked) { // what was typed stays
      question.replaceChildren(questionForm(changed));
    }
    if (changed.as && changed.on && changed.may) {
      load(answer, "the explanation", () => ask(changed, signal), draw, signal);
    } else {
      answer.replaceChildren();
    }
  };

  function questionForm({ as, on, may, scope, claims }) {
    const who = whoFields({ isGrant: false, as: as || "account:", claims: (claims ?? "").split("\n") });
    const right = fields.choice("may", "May", RIGHTS, { value: may ?? "pull" });
    const inScope = fields.text("scope", "Cache scope", { value: scope ?? "", hint: "Leave it empty for any scope." });
    const follow = () => fields.showWhen(right.read() === "cache", inScope);
    right.control.addEventListener("change", follow);
    follow();
    return form({
      fields: [...who.fields, right, fields.text("on", "On the repository", { value: on ?? "", required: true }), inScope],
      action: "Explain",
      submit: async (values) => {
        const next = {
          view: "explain",
          as: who.read(),
          may: values.may,
          on: values.on,
          scope: values.scope,
          claims: who.claims().join("\n"),
        };
        asked = JSON.stringify(Object.fromEntries(Object.entries(next).filter(([, value]) => value)));
        address.go(next);
      },
    });
  }

  update(state);
  return update;
}

function ask({ as, on, may, scope, claims }, signal) {
  const claim = (claims ?? "").split("\n").filter((line) => line !== "");
  return get("/api/access/explain", { as, on, may, scope, claim }, signal);
}

function draw({ allowed, by, because }) {
  return html(
    "section.card.stack",
    {},
    html("h2", {}, html(`span.verdict${allowed ? "" : ".verdict-bad"}`, {}, allowed ? "Yes" : "No"), ` ${because.charAt(0).toUpperCase()}${because.slice(1)}.`),
    by.length > 0 ? table("Grants that allow it", COLUMNS, by) : null,
  );
}
