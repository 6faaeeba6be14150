// The language that a widget speaks: English as it stands in the code, or what its catalogue has for it. A catalogue comes
// from Python (coursekit.widgets.widget) with the widget's data: each English template to one in the language in use, and
// the first template of two for a number to both.

/** @type {Record<string, string | string[]>} */
let catalogue = {};

/** @param {Record<string, string | string[]> | undefined} words */
export function speak(words) { catalogue = words ?? {}; }

/**
 * A template with its values put in: say("Step {n} of {total}", { n: 2, total: 6 }).
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function say(text, values = {}) {
  const known = catalogue[text];
  return filled(typeof known === "string" ? known : text, values);
}

/**
 * One of two templates, by `n`, which both may name: plural("{n} thing differs", "{n} things differ", 2).
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function plural(one, many, n, values = {}) {
  const known = catalogue[one];
  const [single, several] = Array.isArray(known) ? known : [one, many];
  return filled(n === 1 ? single : several, { n, ...values });
}

/** A template that is said later: marks it for whoever translates. @param {string} text */
export function later(text) { return text; }

/** @param {string} template @param {Record<string, string | number>} values */
function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
