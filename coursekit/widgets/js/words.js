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
  return typeof known === "string" ? filled(known, values, joined) : filled(text, values);
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
  return filled(n === 1 ? single : several, { n, ...values }, Array.isArray(known) ? joined : plain);
}

/** A template that is said later: marks it for whoever translates. @param {string} text */
export function later(text) { return text; }

/** @param {string} template @param {Record<string, string | number>} values @param {typeof plain} join */
function filled(template, values, join = plain) {
  const parts = template.split(/(\{\w+\})/).map((part) => {
    const name = part.slice(1, -1);
    return part.startsWith("{") && name in values ? String(values[name]) : part;
  });
  return parts.reduce(join);
}

/** @param {string} before @param {string} after */
const plain = (before, after) => before + after;

const WIDE = /^[\u3400-\u9fff，。：；？（）“”‘’《》、…]/;

/**
 * Two parts of a sentence in Chinese: the blank that parts Han from Latin goes where Han is on both sides of it.
 * @param {string} before @param {string} after
 */
function joined(before, after) {
  if (before.endsWith(" ") && WIDE.test(before.slice(-2)) && WIDE.test(after)) return before.slice(0, -1) + after;
  if (after.startsWith(" ") && WIDE.test(before.slice(-1)) && WIDE.test(after.slice(1))) return before + after.slice(1);
  return before + after;
}
