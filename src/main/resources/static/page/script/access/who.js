// Whom a grant or a question is about.

import * as fields from "../common/fields.js";

/** What can be allowed. */
export const RIGHTS = [
  ["pull", "pull"],
  ["push", "push"],
  ["delete", "delete"],
  ["cache", "cache: write the layer cache"],
  ["maintain", "maintain: make robots"],
  ["admin", "admin: everything, everywhere"],
];

const KINDS = [
  ["account", "an account"],
  ["group", "a group"],
  ["robot", "a robot"],
  ["person", "a person of an issuer"],
  ["certificate", "a client certificate"],
  ["issuer", "a workload of an issuer"],
  ["anonymous", "whoever shows nothing"],
];

const NAMELESS = ["anonymous", "anyone"];

/**
 * The fields, and what they say as grants write it.
 *
 * @param {object} options
 * @param {boolean} options.isGrant whether names are patterns, and "anyone" is somebody
 * @param {string} [options.as] who it is at first, such as "robot:ci"
 * @param {string[]} [options.claims] each as "name=value"
 * @returns {{fields: import("../common/fields.js").Field[], read: function(): (string|object), claims: function(): string[]}}
 */
export function whoFields({ isGrant, as = "account:", claims = [] }) {
  const colon = as.indexOf(":");
  const kinds = isGrant ? [...KINDS, ["anyone", "everybody"]] : KINDS;
  const kind = fields.choice("kind", "Who", kinds, { value: colon < 0 ? as : as.slice(0, colon) });
  const named = colon < 0 ? "" : as.slice(colon + 1);
  const name = fields.text("who", "Name", { value: named, hint: isGrant ? "A * stands for any characters." : undefined });
  const url = fields.text("issuer", "URL of the issuer", { value: named });
  const said = fields.lines("claims", "Claims", {
    values: claims,
    hint: `One a line, such as repository=acme/web${isGrant ? ". Of several for one claim, one must match" : ""}.`,
  });
  const follow = () => {
    const isIssuer = kind.read() === "issuer";
    fields.showWhen(!isIssuer && !NAMELESS.includes(kind.read()), name);
    fields.showWhen(isIssuer, url, said);
  };
  kind.control.addEventListener("change", follow);
  follow();

  const read = () => {
    if (NAMELESS.includes(kind.read())) {
      return kind.read();
    }
    if (kind.read() !== "issuer") {
      return `${kind.read()}:${name.read()}`;
    }
    return isGrant ? { issuer: url.read(), claims: byName(said.read()) } : `issuer:${url.read()}`;
  };
  return { fields: [kind, name, url, said], read, claims: () => (kind.read() === "issuer" ? said.read() : []) };
}

function byName(claims) {
  const named = new Map();
  for (const claim of claims) {
    const [name, ...value] = claim.split("=");
    named.set(name.trim(), [...(named.get(name.trim()) ?? []), value.join("=").trim()]);
  }
  return Object.fromEntries(named);
}
