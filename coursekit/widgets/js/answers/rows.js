// A table whose rows the learner adds.

import { html, worded } from "../dom.js";
import { say } from "../words.js";
import { cell } from "./cell.js";
import { unmark } from "./marks.js";
import { head, markCell } from "./table.js";

/**
 * @param {import("../told.js").Spec} spec
 * @param {any} answer
 * @param {(answer: any) => void} set
 */
export function rows(spec, answer, set) {
  const columns = spec.columns ?? [], names = columns.map(([column]) => column);
  /** @type {Record<string, any>[]} */
  const given = structuredClone(answer ?? []);
  /** @type {Map<Record<string, any>, {field: any, row: any}>} */
  const places = new Map();
  const body = html("tbody", {});
  const whole = () => given.filter((row) => names.every((column) => (row[column] ?? null) !== null));
  const add = (/** @type {Record<string, any>} */ row, /** @type {number} */ n) => {
    const drop = worded("×", () => {
      given.splice(given.indexOf(row), 1);
      places.delete(row);
      line.remove();
      more.focus();
      set(structuredClone(whole()));
    }, { "aria-label": say("Remove row {n}", { n }), class: "ck-button" });
    const fields = columns.map(([column, kind, title]) => cell(kind, say("Row {n}, {column}", { n, column: title }), row[column], (value) => {
      row[column] = value;
      set(structuredClone(whole()));
    }));
    const line = html("tr", {}, ...fields.map((field, at) => html("td", { "data-column": names[at] }, field)), html("td", {}, drop));
    places.set(row, { field: fields[0], row: line });
    body.append(line);
  };
  const more = worded(say("Add a row"), () => {
    given.push({});
    add(given[given.length - 1], given.length);
    body.lastElementChild.querySelector("input, select").focus();
  }, { class: "ck-button" });
  given.forEach((row, at) => add(row, at + 1));
  const table = html("table", { class: "ck-fill ck-rows" }, head(...columns.map(([, , title]) => title), ""), body);
  const element = html("div", {}, html("div", { class: "ck-wide" }, table), more);
  const mark = (/** @type {import("../told.js").Told | null} */ told) => {
    unmark(element);
    whole().forEach((row, at) => {
      const place = places.get(row);
      if (told?.parts[at] && !told.parts[at].ok && place) markCell(place, String(at), told);
    });
  };
  return { element, mark };
}
