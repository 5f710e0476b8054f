// Tells what has happened to whoever does not see it.

/** Says it to assistive technology, without moving the focus. */
export function announce(text) {
  document.getElementById("announcement").textContent = text;
}
