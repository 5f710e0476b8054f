// Who is logged in, as the server says it. The page itself keeps nothing by which it could be proven.

import { ApiError, get, post, put, remove, SESSION } from "./api.js";

/**
 * @typedef {object} Session
 * @property {boolean} login whether one can log in here; without that, everybody may do everything
 * @property {boolean} [passwords] whether there are passwords
 * @property {{name: string, title: string, start: string}[]} [issuers] that one can sign in with
 * @property {{kind: string, name: string, title: string, groups: string[], by: string, administrator: boolean,
 *     maintains: boolean, expires_at: (string|undefined)}} [caller] absent where it is nobody
 */

/** @type {Session} */
let session = { login: false };

/** Tells, by an event "change", that somebody else is logged in than before, or nobody. */
export const changes = new EventTarget();

/** @returns {Session} */
export function current() {
  return session;
}

/** Whether the page may ask for what only administrators may see. */
export function isAdministrator() {
  return !session.login || Boolean(session.caller?.administrator);
}

/** Asks the server. */
export async function refresh() {
  become(await get(SESSION));
}

/** @throws {ApiError} */
export async function logIn(name, password) {
  try {
    become(await post(SESSION, { name, password }));
  } catch (error) {
    if (error.status === 401) {
      throw new ApiError(401, "The name or the password is wrong.");
    }
    throw patient(error);
  }
}

/** Changes one's own password, which ends all of one's sessions: one logs in again with the new one. */
export async function changePassword(old, wanted) {
  try {
    await put("/api/access/me/password", { old, new: wanted });
  } catch (error) {
    throw patient(error);
  }
  await refresh();
}

function patient(error) {
  const seconds = error.detail?.seconds;
  return error.status === 429
    ? new ApiError(429, `There were too many wrong passwords. Try again ${seconds ? `in ${seconds} s` : "later"}.`)
    : error;
}

export async function logOut() {
  await remove(SESSION);
  await refresh();
}

/** Says whether two sessions are of the same person. */
export function isSame(one, other) {
  return one?.kind === other?.kind && one?.name === other?.name;
}

function become(answer) {
  const before = session;
  session = answer;
  if (before.login !== answer.login || !isSame(before.caller, answer.caller)) {
    changes.dispatchEvent(new Event("change"));
  }
}
