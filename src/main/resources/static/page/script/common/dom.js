// Makes elements. Text goes in as text, so that a name which contains markup stays a name.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an HTML element.
 *
 * @param {string} name of the tag, with classes behind dots: "p.hint"
 * @param {object} [attributes] functions are listeners ("onclick"), true and false set or leave out, and names
 *     that begin with "--" are properties for the style sheet
 * @param {...(Node|string|number|null)} children null is left out
 */
export function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name.split(".")[0]), name, attributes, children);
}

/** Makes an SVG element. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name.split(".")[0]), name, attributes, children);
}

function fill(element, name, attributes, children) {
  const classes = name.split(".").slice(1);
  if (classes.length > 0) {
    element.setAttribute("class", classes.join(" "));
  }
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(attribute.slice(2), value);
    } else if (attribute.startsWith("--")) {
      element.style.setProperty(attribute, value); // a style attribute would be against the content security policy
    } else if (value === true) {
      element.setAttribute(attribute, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(attribute, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Says of a link whether it leads to what is shown. */
export function mark(link, isCurrent) {
  if (isCurrent) {
    link.setAttribute("aria-current", "page");
  } else {
    link.removeAttribute("aria-current");
  }
}
