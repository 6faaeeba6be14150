// What a form shows of a verdict: a sign with its words where it was answered, and the belief that hangs from there.

import { html } from "../dom.js";
import { sign } from "../signs.js";
import { say } from "../words.js";

/** @typedef {import("../told.js").Told} Told */
/** @typedef {import("../told.js").Part} Part */

const OWN = Math.random().toString(36).slice(2); // a page has this module once for each card
let made = 0;

/** A name for what belongs together in one form of a page. @param {string} what */
export function unique(what) { return `ck-${what}-${OWN}-${++made}`; }

/**
 * The sign at one part. `words` stand beside it; a sentence about the part stands below, where there is one.
 * @param {Part} part
 * @param {string} [words]
 */
export function tag(part, words = part.ok ? say("right") : say("not this")) {
  return html("span", { class: part.ok ? "ck-mark ck-right" : "ck-mark ck-wrong" }, sign(part.ok ? "right" : "wrong"), words);
}

/** A sentence about a part, under it. @param {Part} part */
export function sentence(part) {
  const element = html("p", { class: "ck-sentence" });
  element.innerHTML = part.says ?? ""; // made by the course and escaped in Python
  return element;
}

/**
 * The beliefs whose first part is this one, each as an element.
 * @param {Told | null} told
 * @param {string} key
 */
export function beliefs(told, key) {
  return (told?.beliefs ?? []).filter(({ at }) => at[0] === key).map(({ html: inside }) => {
    const element = html("div", { class: "ck-belief" });
    element.innerHTML = inside; // made by the course and escaped in Python
    return element;
  });
}

/** Has the card's live region say something that only the form knows. @param {Element} element @param {string} text */
export function announce(element, text) {
  element.dispatchEvent(new CustomEvent("ck-said", { bubbles: true, detail: text }));
}

/** Takes away what a former verdict left. @param {Element} root */
export function unmark(root) {
  for (const each of root.querySelectorAll(".ck-mark, .ck-sentence, .ck-belief, .ck-why")) each.remove();
  for (const each of root.querySelectorAll(".ck-off")) each.classList.remove("ck-off");
  for (const each of root.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
}
