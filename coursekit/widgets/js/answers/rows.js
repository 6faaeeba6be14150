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
  const summed = () => columns.flatMap(([column, , title]) => {
    const all = spec.wholes?.[column];
    return all ? sum(title, given.reduce((sum, row) => sum + (Number(row[column]) || 0), 0), all) : [];
  });
  const tell = () => {
    sums.replaceChildren(...summed());
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
    const fields = columns.map(([column, kind, title]) => cell(kind, say("Row {n}, {column}", { n, column: title }), row[column], (value) => {
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
  const table = html("table", { class: "ck-fill ck-rows" }, head(...columns.map(([, , title]) => title), ""), body);
  const element = html("div", {}, html("div", { class: "ck-wide" }, table), sums, more);
  sums.append(...summed());
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
 * @param {string} title
 * @param {number} now
 * @param {number} all
 */
function sum(title, now, all) {
  const figure = (/** @type {number} */ n) => n.toLocaleString("en-US");
  const bar = html("div", { class: "ck-weight", "aria-hidden": "true" }, html("i", { style: `inline-size: ${Math.min(100, (100 * now) / all)}%` }));
  return [html("p", {}, say("{column} so far: {sum} of {all}", { column: title, sum: figure(now), all: figure(all) })), bar];
}
