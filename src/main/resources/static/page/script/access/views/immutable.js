// Rules of immutable tags.

import * as fields from "../../common/fields.js";
import { writtenList } from "../../common/plain.js";
import { several, showEntries } from "../entries.js";

const KIND = {
  view: "immutable",
  title: "Immutable tags",
  one: "a rule",
  many: "rules",
  hint: "Tags that stay as they are, for administrators too: no push moves them, and nothing deletes them.",
  nothing: "So every tag can be moved and deleted by who may push and delete.",
  describe: (rule) => `${several(rule.tags).join(", ")} on ${several(rule.on).join(", ")}`,
  columns: [
    { key: "on", label: "On", cell: (rule) => writtenList(several(rule.on)) },
    { key: "tags", label: "Tags", cell: (rule) => writtenList(several(rule.tags)) },
  ],
  form: () => ({
    fields: [
      fields.lines("on", "On repositories", { required: true, hint: "One pattern a line, such as team/web, team/* or team/**." }),
      fields.lines("tags", "Tags", { required: true, hint: "One pattern a line, such as v*." }),
    ],
    entry: ({ on, tags }) => ({ on, tags }),
  }),
};

export function title() {
  return KIND.title;
}

export function show(main, state, signal) {
  return showEntries(KIND, main, state, signal);
}
