// Accounts: people with a password that Strata keeps.

import { announce } from "../../common/announce.js";
import { below, getPage, patch, post, remove } from "../../common/api.js";
import { confirm, formDialog } from "../../common/dialog.js";
import { html } from "../../common/dom.js";
import * as fields from "../../common/fields.js";
import { counted, momentElement } from "../../common/format.js";
import { listing } from "../../common/listing.js";
import { visible, written, writtenList } from "../../common/plain.js";
import { actionsColumn, rowButton } from "../../common/actions.js";
import { heading } from "../sections.js";

const ACCOUNTS = "/api/access/accounts";

const PASSWORD = { type: "password", autocomplete: "new-password" };

const COLUMNS = [
  { key: "name", label: "Account", cell: (account) => written(account.name) },
  { key: "groups", label: "Groups", cell: (account) => writtenList(account.groups) },
  { key: "administrator", label: "Administrator", cell: (account) => (account.administrator ? "yes" : "no") },
  { key: "created_at", label: "Made", cell: (account) => momentElement(account.created_at) },
];

export function title() {
  return "Accounts";
}

export function show(main, state, signal) {
  const add = html("button.primary", { type: "button", "data-control": "add", onclick: makeOne }, "Make an account");
  const actions = actionsColumn((account) => [
    rowButton("Change", account.name, () => change(account)),
    rowButton("Revoke tokens", account.name, () => revoke(account.name)),
    rowButton("Delete", account.name, () => deleteOne(account.name)),
  ]);
  const list = listing(
    {
      caption: "Accounts",
      what: "accounts",
      columns: [...COLUMNS, actions],
      beside: [add],
      ask: async (parameters, wanted) => {
        const { answer, next } = await getPage(ACCOUNTS, parameters, "after", wanted);
        return { rows: answer.accounts, next };
      },
    },
    state,
    signal,
  );

  async function finish(text) {
    announce(text);
    await list.reload();
  }

  async function makeOne() {
    const made = await formDialog("Make an account", {
      fields: [
        fields.text("name", "Name", { required: true, maxlength: "128" }),
        fields.text("password", "Password", { ...PASSWORD, required: true, hint: "8 to 72 bytes." }),
        ...rights([], false),
      ],
      action: "Make",
      submit: (values) => post(ACCOUNTS, values),
    });
    if (made) {
      await finish(`The account ${visible(made.name)} is made.`);
    }
  }

  async function change({ name, groups, administrator }) {
    const changed = await formDialog(["Change the account ", written(name)], {
      fields: [
        fields.text("password", "New password", { ...PASSWORD, hint: "8 to 72 bytes. Leave it empty to keep the present one." }),
        ...rights(groups, administrator),
      ],
      action: "Change",
      submit: ({ password, ...rest }) => patch(below(ACCOUNTS, name), password === "" ? rest : { password, ...rest }),
    });
    if (changed) {
      await finish(`The account ${visible(name)} is changed.`);
    }
  }

  async function revoke(name) {
    let revoked = 0;
    const text = "Browsers are logged out, and docker and its like have to log in again. The password stays, and so do robots.";
    const act = async () => ({ revoked } = await remove(below(ACCOUNTS, name, "tokens")));
    if (await confirm(["Revoke the tokens and end the sessions of ", written(name), "?"], text, "Revoke", act)) {
      await finish(`${counted(revoked, "token")} of ${visible(name)} revoked.`);
    }
  }

  async function deleteOne(name) {
    const text = "Its password and its refresh tokens stop working, and so do the robots that it made.";
    if (await confirm(["Delete the account ", written(name), "?"], text, "Delete", () => remove(below(ACCOUNTS, name)))) {
      await finish(`The account ${visible(name)} is deleted.`);
    }
  }

  main.append(
    heading("accounts", "Accounts", "People who log in with a password that Strata keeps."),
    html("div.card", {}, list.element),
  );
  return list.update;
}

function rights(groups, administrator) {
  return [
    fields.lines("groups", "Groups", { values: groups, hint: "One a line. Grants name them." }),
    fields.check("administrator", "Administrator", { value: administrator, hint: "May do everything." }),
  ];
}
