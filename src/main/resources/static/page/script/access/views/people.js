// People who signed in with an issuer.

import { announce } from "../../common/announce.js";
import { below, getPage, remove } from "../../common/api.js";
import { confirm } from "../../common/dialog.js";
import { html } from "../../common/dom.js";
import { momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { visible, written, writtenList } from "../../common/plain.js";
import { empty } from "../../common/states.js";
import { actionsColumn, rowButton } from "../../common/actions.js";
import { heading } from "../sections.js";

const PEOPLE = "/api/access/people";

const COLUMNS = [
  { key: "title", label: "Person", cell: (person) => [written(person.title), html("span.note", {}, written(person.name))] },
  { key: "groups", label: "Groups", cell: (person) => writtenList(person.groups ?? []) },
  { key: "created_at", label: "First seen", cell: (person) => momentElement(person.created_at) },
  { key: "seen_at", label: "Last seen", cell: (person) => momentElement(person.seen_at) },
];

export function title() {
  return "People";
}

export function show(main, state, signal) {
  const actions = actionsColumn((person) => [rowButton("Forget", person.name, () => forget(person))]);
  const list = listing(
    {
      caption: "People",
      what: "people",
      columns: [...COLUMNS, actions],
      ask: async (parameters, wanted) => {
        const { answer, next } = await getPage(PEOPLE, parameters, "after", wanted);
        return { rows: answer.people, next };
      },
      nothing: () => empty("Nobody has signed in with a provider yet"),
    },
    state,
    signal,
  );

  async function forget({ id, title: name }) {
    const text = "They are logged out, and their refresh tokens and robots stop working until they sign in again.";
    if (await confirm(["Forget ", written(name), "?"], text, "Forget", () => remove(below(PEOPLE, id)))) {
      announce(`${visible(name)} is forgotten.`);
      await list.reload();
    }
  }

  main.append(
    heading("people", "People", "Those who signed in with a provider, with the groups that it last said."),
    html("div.card", {}, list.element),
  );
  return list.update;
}
