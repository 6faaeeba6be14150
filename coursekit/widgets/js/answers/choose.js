// One of a few options, or several: each a row to press.

import { html } from "../dom.js";
import { say } from "../words.js";
import { beliefs, sentence, tag, unique, unmark } from "./marks.js";

/**
 * @param {import("../told.js").Spec} spec
 * @param {any} answer
 * @param {(answer: any) => void} set
 */
export function choose(spec, answer, set) {
  const group = unique("choose"), options = spec.options ?? [];
  const chosen = new Set(spec.many ? (answer ?? []) : [answer]);
  /** @type {Map<string, any>} */
  const lines = new Map();
  for (const [key, label] of options) {
    const line = option(spec.many ? "checkbox" : "radio", group, key, label, chosen.has(key), (event) => {
      if (!spec.many) return set(key);
      event.target.checked ? chosen.add(key) : chosen.delete(key);
      set(options.map(([each]) => each).filter((each) => chosen.has(each)));
    });
    lines.set(key, line);
  }
  const role = spec.many ? "group" : "radiogroup";
  const element = html("div", { class: "ck-choose", role, "aria-label": say("Your answer") }, ...lines.values());
  const mark = (/** @type {import("../told.js").Told | null} */ told) => {
    unmark(element);
    if (!told) return;
    for (const [key, part] of Object.entries(told.parts)) {
      const line = lines.get(key);
      if (!line) continue;
      line.append(tag(part, part.ok ? say("right") : spec.many ? say("not this") : say("your answer")));
      line.classList.toggle("ck-off", !part.ok);
      line.after(...(part.says ? [sentence(part)] : []), ...beliefs(told, key));
    }
  };
  return { element, mark };
}

/**
 * A row to press: the whole of it answers.
 * @param {string} type
 * @param {string} group
 * @param {string} key
 * @param {string} label
 * @param {boolean} on
 * @param {(event: any) => void} change
 */
export function option(type, group, key, label, on, change) {
  const input = html("input", { type, name: group, value: key });
  input.checked = on;
  input.addEventListener("change", change);
  return html("label", { class: "ck-option" }, input, html("span", {}, label));
}
