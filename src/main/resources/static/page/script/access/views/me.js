// Who am I?

import * as address from "../../common/address.js";
import { html } from "../../common/dom.js";
import { formDialog } from "../../common/dialog.js";
import * as fields from "../../common/fields.js";
import { moment } from "../../common/format.js";
import { written } from "../../common/plain.js";
import * as session from "../../common/session.js";
import { empty } from "../../common/states.js";
import { logOutButton } from "../identity.js";

const KINDS = { account: "an account", person: "a person of an issuer", certificate: "a client certificate", robot: "a robot", workload: "a workload" };

const PASSWORD = { type: "password", required: true };

export function title() {
  return "Who am I";
}

export function show(main) {
  const { caller } = session.current();
  main.append(html("h1", {}, "Who am I"), caller ? html("div.card.stack", {}, facts(caller), actions(caller)) : empty("You are not logged in"));
}

function actions(caller) {
  if (caller.by !== "session") {
    return null;
  }
  const password = html("button", { type: "button", onclick: changePassword }, "Change the password");
  return html("p.actions", {}, caller.kind === "account" ? password : null, logOutButton());
}

async function changePassword() {
  const isChanged = await formDialog("Change the password", {
    intro: "You log in again with the new one, here and elsewhere.",
    fields: [
      fields.text("old", "Old password", { ...PASSWORD, autocomplete: "current-password" }),
      fields.text("new", "New password", { ...PASSWORD, autocomplete: "new-password", hint: "8 to 72 bytes." }),
    ],
    action: "Change",
    submit: async (values) => {
      await session.changePassword(values.old, values.new);
      return true;
    },
  });
  if (isChanged) {
    address.go({});
  }
}

function facts(caller) {
  const fact = (name, value) => [html("dt", {}, name), html("dd", {}, value)];
  return html(
    "dl.facts",
    {},
    fact("Name", written(caller.title)),
    caller.name === caller.title ? null : fact("For grants", written(caller.name)),
    fact("Is", KINDS[caller.kind] ?? caller.kind),
    fact("Groups", caller.groups?.length > 0 ? caller.groups.map((group, at) => [at > 0 ? ", " : "", written(group)]) : "none"),
    fact("Administrator", caller.administrator ? "yes" : "no"),
    fact("Makes robots", caller.maintains ? "yes" : "no"),
    caller.expires_at ? fact("Logged in until", moment(caller.expires_at)) : null,
  );
}
