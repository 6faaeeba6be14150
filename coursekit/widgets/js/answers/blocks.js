// Blocks: each cell of a table of bytes is a tray; the blocks that lie in it are its number, and are drawn to one scale.
// A number that is typed counts as well. The answer is the table: {row: {column: bytes}}.

import { html, worded } from "../dom.js";
import { say } from "../words.js";
import { Placing, tile, title } from "./placing.js";
import { weighing } from "./weighing.js";

const figures = (bytes) => bytes.toLocaleString("en-US");
const sum = (blocks) => blocks.reduce((bytes, block) => bytes + block.size, 0);

/** @typedef {import("./weighing.js").Block} Block */

class Tray {
  constructor(key, name, unit, value, pieces, changed) {
    this.key = key;
    this.name = name;
    /** @type {Block[]} */
    this.blocks = value ? weighing(pieces, value) ?? [] : [];
    /** @type {number | null} */
    this.value = value ?? null;
    /** @type {any} */
    this.root = null;
    this.inside = html("div", { class: "ck-lies" });
    this.bar = html("div", { class: "ck-weight", "aria-hidden": "true" });
    this.field = html("input", { type: "number", step: "any", min: 0, "aria-label": unit ? say("{name}, {unit}", { name, unit }) : name });
    this.none = worded(say("nothing: 0"), () => { this.value = 0; changed(); this.field.focus(); }, { class: "ck-none", "aria-label": say("{name}: nothing, 0", { name }) });
    this.field.addEventListener("input", () => {
      this.value = this.field.value === "" ? null : Number(this.field.value);
      this.blocks = this.value ? weighing(pieces, this.value) ?? [] : [];
      changed();
    });
  }

  weigh() { this.value = this.blocks.length ? sum(this.blocks) : null; }
}

// What a tray holds: where it comes from and where it goes are told at its two ends.
function way(ends, inside) {
  if (!ends) return inside;
  return html("div", { class: "ck-way" }, html("b", {}, ends[0]), inside, html("span", { "aria-hidden": "true" }, "⟶"), html("b", {}, ends[1]));
}

// The blocks on the shelf; those of one pile under its name.
function piles(pieces, made) {
  const names = [...new Set(pieces.map(({ pile }) => pile))];
  return names.flatMap((name) => {
    const tiles = pieces.filter(({ pile }) => pile === name).map(made);
    return name ? [html("div", { class: "ck-pile", role: "group", "aria-label": name }, html("b", {}, name), ...tiles)] : tiles;
  });
}

/** @type {import("./hands.js").Kind} */
export function blocks(spec, answer, set, tell) {
  const { pieces, once, ends } = spec.hands, byKey = new Map(pieces.map((piece) => [piece.key, piece]));
  const one = spec.columns.length === 1, trays = new Map(), lines = [];
  const shelf = html("div", { class: "ck-shelf", role: "group", "aria-label": say("Blocks") }), kept = () => {
    const table = {};
    for (const [row] of spec.rows) for (const [column] of spec.columns) {
      const { value } = trays.get(`${row}\n${column}`);
      if (value !== null) table[row] = { ...table[row], [column]: value };
    }
    set(table);
  };
  const changed = () => { draw(); placing.settle(null); kept(); };
  for (const [row, label] of spec.rows) {
    for (const [column, { unit }, over] of spec.columns) {
      const key = `${row}\n${column}`, name = one ? label : say("{row}, {column}", { row: label, column: over });
      const tray = new Tray(key, name, unit, answer?.[row]?.[column], pieces, changed);
      trays.set(key, tray);
      tray.root = html("div", { class: "ck-tray", role: "group", "aria-label": name, "data-place": key },
        title(name, trays.size),
        tray.none, html("label", { class: "ck-number" }, tray.field, unit ? ` ${unit}` : ""), way(ends[row], tray.inside), tray.bar);
      lines.push(tray.root);
    }
  }
  const element = html("div", { class: "ck-blocks" }, shelf, html("div", { class: one ? "ck-places" : "ck-places ck-pairs" }, ...lines));
  const named = (piece) => say("{label}, {bytes} bytes", { label: piece.label, bytes: figures(piece.size) });
  const made = (piece, place) => {
    const words = [html("span", {}, (!place && piece.short) || piece.label), html("small", {}, figures(piece.size))];
    const each = tile({ key: piece.key, name: piece.label, tone: piece.tone, place }, ...words);
    each.setAttribute("aria-label", place ? say("{tile}, in {place}", { tile: named(piece), place: trays.get(place).name }) : named(piece));
    return each;
  };
  const draw = () => {
    const placed = new Set([...trays.values()].flatMap((tray) => tray.blocks.map((piece) => piece.key)));
    const left = pieces.filter((piece) => !once || !placed.has(piece.key));
    shelf.replaceChildren(...piles(left, (piece) => made(piece, "")));
    if (!left.length) shelf.append(html("p", {}, say("All are placed. Press or drag one to move it.")));
    const most = Math.max(1, ...pieces.map((piece) => piece.size), ...[...trays.values()].map((tray) => tray.value ?? 0));
    for (const tray of trays.values()) fill(tray, most);
  };
  const fill = (tray, most) => {
    if (document.activeElement !== tray.field) tray.field.value = tray.value ?? "";
    tray.inside.replaceChildren(...tray.blocks.map((piece) => html("span", { class: "ck-put" }, made(piece, tray.key),
      worded("×", () => { placing.put(piece.key, "", tray.key); placing.settle({ tile: piece.key, in: "" }); }, { class: "ck-out", "aria-label": say("Take {tile} out of {place}", { tile: piece.label, place: tray.name }) }))),
);
    tray.none.hidden = tray.value !== null;
    const parts = tray.blocks.length ? tray.blocks : tray.value ? [{ size: tray.value, tone: "page" }] : [];
    tray.bar.replaceChildren(...parts.map((piece) => html("i", { class: `ck-${piece.tone}`, style: `inline-size: ${(100 * piece.size) / most}%` })));
  };
  const put = (key, place, from) => {
    const piece = byKey.get(key), leave = (tray) => { tray.blocks = tray.blocks.filter((each) => each.key !== key); tray.weigh(); };
    if (from) leave(trays.get(from));
    if (once && place) for (const tray of trays.values()) if (tray.blocks.includes(piece)) leave(tray);
    const tray = trays.get(place);
    if (tray && !tray.blocks.includes(piece)) { tray.blocks.push(piece); tray.weigh(); }
    changed();
  };
  const placing = new Placing(element, [...trays.values()].map(({ key, name }) => [key, name]), put, tell, !once);
  draw();
  placing.settle(null);
  return { element, cell: (row, column) => trays.get(`${row}\n${column}`)?.root ?? null };
}
