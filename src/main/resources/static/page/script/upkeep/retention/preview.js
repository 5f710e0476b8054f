// Asks for a preview: a plan of what the rules would remove.

import * as address from "../../common/address.js";
import { post } from "../../common/api.js";
import { formDialog } from "../../common/dialog.js";
import * as fields from "../../common/fields.js";
import { RETENTION } from "./words.js";

/**
 * Asks of what, and goes to the plan.
 *
 * @param {{repositories?: string[], cap?: number}} [wish] what stands in the form
 */
export async function askForPreview({ repositories = [], cap } = {}) {
  const plan = await formDialog("Preview", {
    intro: "A preview removes nothing. It says of each image whether it would go, and by which rule.",
    fields: [
      fields.lines("repositories", "On repositories", { values: repositories, hint: "One pattern a line. Leave it empty for all of them: rules run by themselves only after a preview of all." }),
      fields.lines("rules", "Only these rules remove", { hint: "One name a line. Leave it empty for all of them." }),
      fields.text("cap", "At most so many percent of a repository's images", {
        value: cap === undefined ? "" : String(cap),
        inputmode: "numeric",
        hint: "Leave it empty for what strata.upkeep.retention-cap says.",
      }),
    ],
    action: "Preview",
    submit: ({ repositories: on, rules, cap: percent }) =>
      post(`${RETENTION}/preview`, { repositories: on, rules, ...(percent === "" ? {} : { cap: /^\d{1,9}$/.test(percent) ? Number(percent) : percent }) }),
  });
  if (plan) {
    address.go({ view: "plan", id: plan.id });
  }
}
