// One value: a number or a word.

import { html } from "../dom.js";
import { say } from "../words.js";
import { cell, control } from "./cell.js";
import { beliefs, sentence, tag, unmark } from "./marks.js";

/**
 * @param {import("../told.js").Spec} spec
 * @param {any} answer
 * @param {(answer: any) => void} set
 */
export function number(spec, answer, set) {
  const made = cell(/** @type {any} */ (spec), say("Your answer"), answer, (value) => set(value ?? []));
  const element = html("div", { class: "ck-one" }, made);
  const mark = (/** @type {import("../told.js").Told | null} */ told) => {
    unmark(element);
    const part = told?.parts[""];
    if (!part) return;
    element.append(tag(part), ...(part.says ? [sentence(part)] : []), ...beliefs(told, ""));
    if (!part.ok) control(made).setAttribute("aria-invalid", "true");
  };
  return { element, mark };
}

export const text = number;
