// A table answered by hand: drawn in place of its fields and lists, by the kind that `spec.hands` names
// (coursekit/exercises/hands.py). Beside it stands a button for the table itself, with the same answer; a kind that is
// not known here is the table.
//
// A kind is a function (spec, answer, set, tell) that returns { element, cell } or { element, mark }: `cell(row, column)` is
// the element in which a part was answered, where its sign is put; or `mark` puts it, and shows what was right (where that
// may be known). `tell` is for a screen reader.

import { html, worded } from "../dom.js";
import { say } from "../words.js";
import { bins } from "./bins.js";
import { blocks } from "./blocks.js";
import { fill } from "./fill.js";
import { lines } from "./lines.js";
import { announce, beliefs, sentence, tag, unmark } from "./marks.js";
import { phrases } from "./phrases.js";
import { slabs } from "./slabs.js";
import { slots } from "./slots.js";

/**
 * @typedef {(spec: any, answer: any, set: (answer: any) => void, tell: (words: string) => void) => {
 *   element: any,
 *   cell?: (row: string, column: string) => any,
 *   mark?: (row: string, column: string, part: import("../told.js").Part, right: any) => void,
 * }} Kind
 */

/** @type {Record<string, Kind>} */
const KINDS = { bins, blocks, lines, phrases, slabs, slots };

/** How each is handled, by the kind. */
const HOW = () => ({
  bins: say("Drag each one into its place. Or press it, then the place. On a keyboard: 1 to 9 put it there, 0 takes it back."),
  blocks: say("Drag blocks to where they count. Or press one, then the place. On a keyboard: 1 to 9 put it there. You can also type a number."),
  lines: say("Press a line to change it; draw across lines to change many. On a keyboard: the arrow keys."),
  phrases: say("Press the words in their order, or type them."),
  slabs: say("Press in each column. On a keyboard: the arrow keys."),
  slots: say("Drag a tile to its place. Or press it, then the place. On a keyboard: 1 to 9 put it there."),
});

/**
 * @param {any} spec
 * @param {any} answer
 * @param {(answer: any) => void} set
 */
export function byHand(spec, answer, set) {
  const draw = KINDS[spec.hands?.kind ?? ""];
  if (!draw) return fill(spec, answer, set);
  let now = answer, told = null, table = null;
  const keep = (/** @type {any} */ given) => { now = given; set(Object.keys(given).length ? given : []); };
  const element = html("div", { class: "ck-hands" }), place = html("div", {}), how = html("p", { class: "ck-quiet" });
  const tell = (/** @type {string} */ words) => announce(element, words);
  const swap = worded("", () => { table = table ? null : fill(spec, now, keep); show(); swap.focus(); }, { class: "ck-swap" });
  let drawn;
  const show = () => {
    drawn = table ? null : draw(spec, now, keep, tell);
    place.replaceChildren((table ?? drawn).element);
    how.textContent = table ? "" : HOW()[spec.hands.kind];
    swap.textContent = table ? say("Answer in the picture") : say("Answer in a table");
    mark(told);
  };
  const why = html("div", { class: "ck-whys" });
  const mark = (/** @type {import("../told.js").Told | null} */ news) => {
    told = news;
    unmark(place);
    for (const each of place.querySelectorAll(".ck-was")) each.classList.remove("ck-was");
    why.replaceChildren();
    if (table) return table.mark(told);
    if (told) for (const [row, label] of spec.rows) for (const [column, , over] of spec.columns) markPart(row, label, column, over);
  };
  const markPart = (row, label, column, over) => {
    const key = `${row}/${column}`, part = told.parts[key];
    if (!part) return;
    const cell = drawn.cell?.(row, column);
    cell?.classList.toggle("ck-off", !part.ok);
    cell?.append(tag(part, part.ok ? say("right") : missed(row, column)));
    drawn.mark?.(row, column, part, told.right?.[row]?.[column]);
    const below = part.ok ? [] : [...(part.says ? [sentence(part)] : []), ...beliefs(told, key)];
    if (below.length) why.append(html("div", { class: "ck-why" }, html("b", {}, spec.columns.length > 1 ? say("{row}, {column}", { row: label, column: over }) : label), ...below));
  };
  const missed = (row, column) => {
    const mine = shown(spec, column, now?.[row]?.[column]), right = shown(spec, column, told.right?.[row]?.[column]);
    const few = new Map(spec.columns).get(column).options?.length === 2; // then not this one is the other one
    if (mine && right && !few) return say("you: {mine}; it was {right}", { mine, right });
    return mine ? say("not this") : say("nothing chosen");
  };
  place.addEventListener("ck-redrawn", () => drawn && mark(told)); // what was drawn anew has lost its signs
  show();
  element.append(place, why, html("div", { class: "ck-how" }, how, swap));
  return { element, mark };
}

/** A value as it is shown: an option's label, a number with its commas; "" for none. */
function shown(spec, column, value) {
  if (value === undefined || value === null) return "";
  const kind = new Map(spec.columns).get(column);
  return kind.options?.find(([key]) => key === value)?.[1] ?? (typeof value === "number" ? value.toLocaleString("en-US") : String(value));
}
