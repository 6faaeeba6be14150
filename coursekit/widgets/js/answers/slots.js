// Slots: each row of a table is a slot, filled with one of the tiles; a tile may fill several. The answer is the table:
// {slot: {column: tile}}. Slots may stand in groups, such as one for each machine.

import { html, worded } from "../dom.js";
import { say } from "../words.js";
import { Placing, tile, title } from "./placing.js";

/** @type {import("./hands.js").Kind} */
export function slots(spec, answer, set, tell) {
  const [[column, { options }]] = spec.columns, { groups, tones } = spec.hands, labels = new Map(options);
  const chosen = new Map(spec.rows.map(([row]) => [row, answer?.[row]?.[column] ?? ""]));
  const shelf = html("div", { class: "ck-shelf", role: "group", "aria-label": say("To choose from") },
    ...options.map(([key, label]) => tile({ key, name: label, tone: tones[key] })));
  const rows = new Map(spec.rows.map(([row]) => [row, html("div", { class: "ck-lies" })]));
  const slot = ([row, label]) => html("div", { class: "ck-slot", role: "group", "aria-label": label, "data-place": row },
    title(label, spec.rows.findIndex(([each]) => each === row) + 1), rows.get(row));
  const names = [...new Set(spec.rows.map(([row]) => groups[row] ?? ""))];
  const element = html("div", { class: "ck-slots" }, shelf, html("div", { class: "ck-places" }, ...names.map((name) => {
    const mine = spec.rows.filter(([row]) => (groups[row] ?? "") === name).map(slot);
    return name ? html("section", { class: "ck-group", "aria-label": name }, html("h4", {}, name), ...mine) : html("div", { class: "ck-group" }, ...mine);
  })));
  const draw = () => {
    for (const [row, label] of spec.rows) {
      const key = chosen.get(row), name = labels.get(key);
      if (!name) { rows.get(row).replaceChildren(html("span", { class: "ck-empty" }, say("put one here"))); continue; }
      const made = tile({ key, name, place: row, tone: tones[key] });
      made.setAttribute("aria-label", say("{tile}, in {place}", { tile: name, place: label }));
      rows.get(row).replaceChildren(made, worded("×", () => put(key, "", row), { class: "ck-out", "aria-label": say("Take {tile} out of {place}", { tile: name, place: label }) }));
    }
  };
  const put = (key, place, from) => {
    if (from) chosen.set(from, "");
    if (place) chosen.set(place, key);
    draw();
    placing.settle(null);
    set(Object.fromEntries([...chosen].filter(([, each]) => each).map(([row, each]) => [row, { [column]: each }])));
  };
  const placing = new Placing(element, spec.rows, put, tell, true);
  draw();
  placing.settle(null);
  return { element, cell: (row) => rows.get(row) ?? null };
}
