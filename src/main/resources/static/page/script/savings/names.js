// Names of images, and the links that lead to what they name.

import { link } from "../common/address.js";
import { written } from "../common/plain.js";

/** Takes "team/app:1.2" apart. */
export function split(name) {
  const colon = name.lastIndexOf(":");
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

export function repositoryLink(repository) {
  return link({ view: "repository", name: repository }, repository);
}

/** The same where a long name breaks anywhere. */
export function brokenRepositoryLink(repository) {
  return link({ view: "repository", name: repository }, written(repository));
}

/** @param {string} reference a tag or a digest */
export function imageLink(repository, reference, ...children) {
  return link({ view: "image", name: repository, reference }, ...children);
}

/** A link by a name such as "team/app:1.2". */
export function namedImageLink(name) {
  const { repository, tag } = split(name);
  return imageLink(repository, tag, name);
}

/** Several of them, with commas between. */
export function listed(links) {
  return links.flatMap((one, index) => (index === 0 ? [one] : [", ", one]));
}
