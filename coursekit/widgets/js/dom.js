// Elements of the page, made with their attributes and children. All text is set as text, never as markup.

/**
 * @param {string} name
 * @param {Record<string, string | number | boolean>} attributes those that are false are left out
 * @param {...(Node | string)} children
 * @returns {any} the element
 */
export function html(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== false) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * @param {string} text
 * @param {(event: Event) => void} press
 * @param {Record<string, string | number | boolean>} [more]
 */
export function worded(text, press, more = {}) {
  const element = html("button", { type: "button", ...more }, text);
  element.addEventListener("click", press);
  return element;
}
