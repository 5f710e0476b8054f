// The form of a rule of retention: each reason to keep or to remove is a line.

import { ApiError, below, put } from "../../common/api.js";
import { formDialog } from "../../common/dialog.js";
import * as fields from "../../common/fields.js";
import { written } from "../../common/plain.js";
import { reasonOf, reasonText, RETENTION } from "./words.js";

const KEEP_HINT =
  "One reason a line: tags v*, latest – newest 10 – pushed-within 7d – pulled-within 30d. Join what has to hold together with “and”: tags v* and newest 5.";
const REMOVE_HINT =
  "One reason a line: older-than 90d – not-pulled-since 30d – more-than 50 – untagged-since 7d – above 100GB. With tags: tags pr-* and older-than 14d.";

/**
 * Asks for a new rule.
 *
 * @param {string[]} names that are taken
 * @returns {Promise<object>} the rule; undefined where somebody thought better of it
 */
export function addRule(names) {
  const name = fields.text("name", "Name", { required: true, maxlength: "128" });
  return formDialog("Add a rule", {
    fields: [name, ...definition({})],
    action: "Add",
    submit: (values) => {
      if (names.includes(values.name)) {
        throw new ApiError(409, "There is a rule of this name.", { field: "name" });
      }
      return send(values.name, values);
    },
  });
}

export function changeRule(rule) {
  return formDialog(["Change ", written(rule.name)], {
    fields: definition(rule),
    action: "Change",
    submit: (values) => send(rule.name, values),
  });
}

function definition({ on = [], keep = [], remove = [], unattended = false }) {
  return [
    fields.lines("on", "On repositories", { required: true, values: on, hint: "One pattern a line, such as team/web, team/* or team/**." }),
    fields.lines("keep", "Keep", { values: keep.map(reasonText), hint: KEEP_HINT }),
    fields.lines("remove", "Remove", { values: remove.map(reasonText), hint: REMOVE_HINT }),
    fields.check("unattended", "Run it by itself before anybody has seen a preview", { value: unattended }),
  ];
}

function send(name, { on, keep, remove, unattended }) {
  return put(below(`${RETENTION}/rules`, name), { on, keep: keep.map(reasonOf), remove: remove.map(reasonOf), unattended });
}
