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
  if (!given.length) given.push({});
  /** @type {Map<Record<string, any>, Map<string, {field: any, row: any}>>} */
  const places = new Map();
  const body = html("tbody", {}), sums = html("div", { class: "ck-sums", "aria-live": "off" });
  const whole = () => given.filter((row) => names.every((column) => (row[column] ?? null) !== null));
  const tell = () => {
    sums.replaceChildren(...Object.entries(spec.wholes ?? {}).flatMap(([column, all]) => summed(column, given, all)));
    set(structuredClone(whole()));
  };
  const add = (/** @type {Record<string, any>} */ row, /** @type {number} */ n) => {
    const drop = worded("×", () => {
      given.splice(given.indexOf(row), 1);
      places.delete(row);
      line.remove();
      more.focus();
      tell();
    }, { "aria-label": say("Remove row {n}", { n }), class: "ck-button" });
    const fields = columns.map(([column, kind]) => cell(kind, say("Row {n}, {column}", { n, column }), row[column], (value) => {
      row[column] = value;
      tell();
    }));
    const line = html("tr", {}, ...fields.map((field, at) => html("td", { "data-column": names[at] }, field)), html("td", {}, drop));
    places.set(row, new Map(names.map((column, at) => [column, { field: fields[at], row: line }])));
    body.append(line);
  };
  const more = worded(say("Add a row"), () => {
    given.push({});
    add(given[given.length - 1], given.length);
    body.lastElementChild.querySelector("input, select").focus();
  }, { class: "ck-button" });
  given.forEach((row, at) => add(row, at + 1));
  const table = html("table", { class: "ck-fill ck-rows" }, head(...names, ""), body);
  const element = html("div", {}, html("div", { class: "ck-wide" }, table), sums, more);
  sums.append(...Object.entries(spec.wholes ?? {}).flatMap(([column, all]) => summed(column, given, all)));
  const mark = (/** @type {import("../told.js").Told | null} */ told) => {
    unmark(element);
    if (told) whole().forEach((row, at) => {
      for (const [column, place] of places.get(row) ?? []) if (told.parts[`${at}/${column}`]) markCell(place, `${at}/${column}`, told);
    });
  };
  return { element, mark };
}

/**
 * What the rows come to so far, beside what there is in all.
 * @param {string} column
 * @param {Record<string, any>[]} given
 * @param {number} all
 */
function summed(column, given, all) {
  const sum = given.reduce((sum, row) => sum + (Number(row[column]) || 0), 0), figure = (/** @type {number} */ n) => n.toLocaleString("en-US");
  const bar = html("div", { class: "ck-weight", "aria-hidden": "true" }, html("i", { style: `inline-size: ${Math.min(100, (100 * sum) / all)}%` }));
  return [html("p", {}, say("{column} so far: {sum} of {all}", { column, sum: figure(sum), all: figure(all) })), bar];
}
