// Takes back what was deleted or moved.

import { announce } from "../common/announce.js";
import { below, inRepository, post } from "../common/api.js";
import { formDialog } from "../common/dialog.js";
import { counted, shortDigest } from "../common/format.js";
import { visible, written } from "../common/plain.js";

/** Takes a whole deletion back. */
export async function restoreDeletion(id) {
  const { restored } = await post(below("/api/upkeep/deletions", id, "restore"));
  return restored;
}

/** Points a tag at what it pointed at. */
export function restoreTag(repository, tag, digest) {
  return post(`${inRepository(repository, "tags", tag, "restore")}?digest=${encodeURIComponent(digest)}`);
}

/**
 * Asks first, and says what came of it.
 *
 * @returns {Promise<boolean>} whether it was done
 */
export async function askToRestoreDeletion({ deletion, repository }) {
  const restored = await formDialog("Take this deletion back?", {
    intro: ["All that was deleted together comes back to ", written(repository), ", with its tags. A tag that points elsewhere by now stays where it is."],
    fields: [],
    action: "Restore",
    submit: () => restoreDeletion(deletion),
  });
  if (restored !== undefined) {
    announce(`${counted(restored, "manifest or blob", "manifests and blobs")} restored.`);
  }
  return restored !== undefined;
}

/** The same for a tag. */
export async function askToRestoreTag(repository, tag, digest) {
  const restored = await formDialog(["Point ", written(tag), ` at ${shortDigest(digest)}?`], {
    intro: "If that image was deleted, it comes back first.",
    fields: [],
    action: "Restore",
    submit: () => restoreTag(repository, tag, digest),
  });
  if (restored !== undefined) {
    announce(`${visible(tag)} points at ${shortDigest(digest)} again.`);
  }
  return restored !== undefined;
}
