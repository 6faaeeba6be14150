// A table to fill in: a row a thing, a control in each cell.

import { html } from "../dom.js";
import { say } from "../words.js";
import { cell } from "./cell.js";
import { unmark } from "./marks.js";
import { head, markCell } from "./table.js";

/**
 * @param {import("../told.js").Spec} spec
 * @param {any} answer
 * @param {(answer: any) => void} set
 */
export function fill(spec, answer, set) {
  const rows = spec.rows ?? [], columns = spec.columns ?? [];
  const table = structuredClone(answer ?? {});
  const body = html("tbody", {});
  /** @type {Map<string, {field: any, row: any}>} */
  const places = new Map();
  for (const [row, label] of rows) {
    const line = html("tr", {}, html("th", { scope: "row" }, label));
    for (const [column, kind, title] of columns) {
      const field = cell(kind, say("{row}, {column}", { row: label, column: title }), table[row]?.[column], (value) => {
        table[row] = { ...table[row], [column]: value };
        if (value === null) delete table[row][column];
        set(structuredClone(table));
      });
      line.append(html("td", { "data-column": column }, field));
      places.set(`${row}/${column}`, { field, row: line });
    }
    body.append(line);
  }
  const one = columns.length === 1; // then its name is said by each control alone
  const heading = head("", ...columns.map(([, , title]) => title));
  if (one) heading.classList.add("ck-sr");
  const element = html("div", { class: "ck-wide" }, html("table", { class: one ? "ck-fill ck-narrow" : "ck-fill" }, heading, body));
  const mark = (/** @type {import("../told.js").Told | null} */ told) => {
    unmark(element);
    if (!told) return;
    for (const [key, place] of places) if (told.parts[key] && !told.parts[key].ok) markCell(place, key, told);
  };
  return { element, mark };
}
