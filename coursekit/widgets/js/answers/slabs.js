// Slabs: a stack of layers, top first, and in it a column for each file that is asked about. Where `asks` is "layer", the
// layer that answers for a file is pressed in its column, or "no such file" in the merged tree above; where it is "seen",
// the cell of the merged tree says whether the file is there. The answer is the table: {file: {column: layer or state}}.
// Where not all files fit beside one another, the stack is drawn again for those that are left.

import { html } from "../dom.js";
import { say } from "../words.js";
import { tag, unique } from "./marks.js";

const LABEL = 104, LEAST = 112, NARROW = 620; // pixels: labels on the left, a column at least, where labels go inside

/** @type {import("./hands.js").Kind} */
export function slabs(spec, answer, set, tell) {
  const table = structuredClone(answer ?? {}), { asks, stacks, titles } = spec.hands, cells = new Map();
  const choose = (row, column, value, words) => {
    table[row] = { ...table[row], [column]: value };
    set(structuredClone(table));
    tell(say("{file}: {value}", { file: row, value: words }));
  };
  const several = spec.columns.length > 1;
  const parts = spec.columns.map(([column, { options }, title]) => {
    const room = html("div", { class: "ck-room" });
    const stack = new Stacked(room, { column, options, layers: stacks[column], asks, rows: spec.rows, table, cells, choose });
    return html("section", { class: "ck-stacked", "aria-label": titles[column] ?? title }, several ? html("h4", {}, titles[column] ?? title) : "", room, stack.watch());
  });
  const element = html("div", { class: "ck-slabs" }, ...parts);
  return { element, mark };

  // A sign on what was pressed; where it was wrong and may be known, a ring around what was right.
  function mark(row, column, part, right) {
    const root = cells.get(`${row}\n${column}`), inputs = [...root.querySelectorAll("input")];
    const place = inputs.find((input) => input.checked)?.parentElement ?? root.firstElementChild;
    place.classList.toggle("ck-off", !part.ok);
    place.append(tag(part, part.ok ? say("right") : place === root.firstElementChild ? say("nothing chosen") : say("you")));
    const was = part.ok ? null : inputs.find((input) => input.value === right)?.parentElement;
    was?.classList.add("ck-was");
    was?.append(tag({ ok: true }, say("it was")));
  }
}

class Stacked {
  constructor(room, { column, options, layers, asks, rows, table, cells, choose }) {
    this.room = room;
    this.column = column;
    this.options = options;
    this.layers = layers;
    this.asks = asks;
    this.rows = rows;
    this.table = table;
    this.cells = cells;
    this.choose = choose;
    this.group = unique("slabs");
    this.count = 0; // files beside one another
    this.narrow = false;
  }

  // Laid out at the width there is, and again when that changes.
  watch() {
    this.draw(760);
    new ResizeObserver(() => this.room.clientWidth && this.draw(this.room.clientWidth)).observe(this.room);
    return "";
  }

  draw(width) {
    const narrow = width < NARROW, count = Math.min(this.rows.length, Math.max(1, Math.floor((width - (narrow ? 12 : LABEL)) / (narrow ? 104 : LEAST))));
    const each = Math.ceil(this.rows.length / Math.ceil(this.rows.length / count));
    if (this.count === each && this.narrow === narrow) return;
    this.count = each;
    this.narrow = narrow;
    const held = document.activeElement?.closest?.(".ck-room") === this.room ? document.activeElement.getAttribute("aria-label") : null;
    const stacks = [];
    for (let from = 0; from < this.rows.length; from += each) stacks.push(this.stack(this.rows.slice(from, from + each)));
    this.room.replaceChildren(...stacks);
    this.room.dispatchEvent(new Event("ck-redrawn", { bubbles: true }));
    if (held) this.room.querySelector(`[aria-label="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  stack(rows) {
    const bands = [["merged", say("merged"), ""], ...this.layers.map(({ tone, label, lid }) => [tone, label, lid])];
    const band = ([tone, label, lid], at) => html("div", { class: `ck-band ck-${tone}`, style: `grid-row: ${at + 1}` }, html("span", { class: "ck-label" }, label), lid ? html("span", { class: "ck-lid" }, lid) : "");
    return html("div", { class: `ck-stack${this.narrow ? " ck-narrow" : ""}`, style: `--files: ${rows.length}; --bands: ${bands.length}` },
      ...bands.map(band), ...rows.map(([row, label], at) => this.file(row, label, at)));
  }

  file(row, label, at) {
    const root = html("div", { class: "ck-file", role: "radiogroup", "aria-label": label, style: `grid-column: ${at + 2}` });
    this.cells.set(`${row}\n${this.column}`, root);
    const name = `${this.group} ${row}`, short = row.slice(row.lastIndexOf("/") + 1), above = row.slice(0, row.length - short.length);
    const words = () => html("span", { class: "ck-words" }, html("small", {}, above), html("b", {}, short));
    const top = html("div", { class: "ck-seen ck-merged" });
    root.append(top);
    const show = () => { root.dataset.chosen = this.table[row]?.[this.column] ?? ""; this.merged(top, row, words); };
    const radio = (key, said, ...inside) => {
      const input = html("input", { type: "radio", name, value: key, "aria-label": said });
      input.checked = this.table[row]?.[this.column] === key;
      input.addEventListener("change", () => { this.choose(row, this.column, key, said); show(); });
      return html("label", { class: "ck-cell" }, input, ...inside);
    };
    if (this.asks === "seen") top.append(html("span", { class: "ck-states" }, ...this.options.map(([key, said]) => radio(key, say("{file}: {value}", { file: label, value: said }), html("span", { class: "ck-state" }, said)))));
    const none = this.asks === "layer" && this.options.filter(([key]) => !this.layers.some((layer) => layer.key === key));
    if (none) top.append(html("span", { class: "ck-words ck-shown" }), ...none.map(([key, said]) => radio(key, said, html("span", { class: "ck-state" }, said))));
    for (const { key, tone, label: layer, files, lid } of this.layers) {
      const kind = files[row] ?? "none", shown = { file: words(), whiteout: html("span", { class: "ck-words" }, html("i", { class: "ck-cross" }, "✕"), html("b", {}, short)), none: "–" }[kind];
      const face = html("span", { class: `ck-face ck-is-${kind} ck-${kind === "whiteout" ? "gone" : tone}` }, shown);
      const said = { file: say("{layer}, which has the file", { layer }), whiteout: say("{layer}, which has a whiteout", { layer }), none: say("{layer}, which has nothing", { layer }) }[kind];
      root.append(this.asks === "layer" ? radio(key, said, face) : html("div", { class: lid ? "ck-cell ck-lidded" : "ck-cell", role: "img", "aria-label": said }, face));
    }
    show();
    return root;
  }

  // What the merged tree shows of a file, once a layer was pressed: the file in that layer's colour.
  merged(top, row, words) {
    const place = top.querySelector(".ck-shown");
    if (!place) return;
    const layer = this.layers.find(({ key }) => key === this.table[row]?.[this.column]);
    place.className = `ck-words ck-shown${layer ? ` ck-${layer.tone} ck-filled` : ""}`;
    place.replaceChildren(...(layer ? [...words().childNodes, html("span", { class: "ck-from" }, layer.label)] : this.table[row]?.[this.column] ? [] : [html("b", {}, row.slice(row.lastIndexOf("/") + 1)), html("span", { class: "ck-ask" }, "?")]));
  }
}
