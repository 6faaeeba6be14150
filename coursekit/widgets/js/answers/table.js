// What the two tables share: a head, and rows in which a wrong cell says so where it stands.

import { html } from "../dom.js";
import { control } from "./cell.js";
import { beliefs, sentence, tag } from "./marks.js";

/** @param {...string} names "" for a column of row heads */
export function head(...names) {
  return html("thead", {}, html("tr", {}, ...names.map((name) => (name ? html("th", { scope: "col" }, name) : html("td", {})))));
}

/**
 * Marks one cell of a table; a sentence and the beliefs that begin here go into a row of their own below.
 * @param {{field: any, row: any}} place the cell's control and its row
 * @param {string} key
 * @param {import("../told.js").Told} told
 */
export function markCell({ field, row }, key, told) {
  const part = told.parts[key];
  field.parentElement.append(tag(part));
  if (part.ok) return;
  row.classList.add("ck-off");
  control(field).setAttribute("aria-invalid", "true");
  const below = [...(part.says ? [sentence(part)] : []), ...beliefs(told, key)];
  if (!below.length) return;
  let why = row.nextElementSibling;
  if (!why?.classList.contains("ck-why")) {
    why = html("tr", { class: "ck-why" }, html("td", { colspan: row.children.length }));
    row.after(why);
  }
  why.firstElementChild.append(...below);
}
