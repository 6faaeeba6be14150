// A control for one value: a number, a word, or one of a few options. Each has a label of its own.

import { html } from "../dom.js";

const WAIT = 300; // milliseconds after the last key until what was typed counts

/**
 * @param {import("../told.js").Cell} spec
 * @param {string} label
 * @param {any} value
 * @param {(value: any) => void} set gets the value, or null where nothing is given
 */
export function cell(spec, label, value, set) {
  return spec.kind === "choose" ? selected(spec, label, value, set) : typed(spec, label, value, set);
}

/** @type {typeof cell} */
function selected(spec, label, value, set) {
  const select = html("select", { class: "ck-field", "aria-label": label }, html("option", { value: "" }, "…"));
  for (const [key, text] of spec.options ?? []) select.append(html("option", { value: key }, text));
  select.value = value ?? "";
  select.addEventListener("change", () => set(select.value || null));
  return select;
}

/** @type {typeof cell} */
function typed(spec, label, value, set) {
  const number = spec.kind === "number";
  const input = html("input", { class: "ck-field", type: number ? "number" : "text", step: "any", "aria-label": label, autocomplete: "off" });
  input.value = value ?? "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let said = input.value;
  const tell = () => {
    clearTimeout(waiting);
    if (input.value === said) return; // a change is told once, whether by the last key or by leaving the field
    said = input.value;
    set(said === "" ? null : number ? Number(said) : said);
  };
  input.addEventListener("change", tell);
  input.addEventListener("input", () => { // JupyterLab takes the Enter key before it makes a change
    clearTimeout(waiting);
    waiting = setTimeout(tell, WAIT);
  });
  input.tell = tell;
  return number && spec.unit && !label.endsWith(spec.unit) ? html("span", { class: "ck-unit" }, input, ` ${spec.unit}`) : input;
}

/** The control itself, where a unit stands beside it. @param {any} made what `cell` made */
export function control(made) { return made.matches("input, select") ? made : made.querySelector("input, select"); }
