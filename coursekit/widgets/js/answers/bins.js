// Bins: each row of a table is a tile, put into the bin that it belongs to. The answer is the table: {tile: {column: bin}}.

import { html } from "../dom.js";
import { say } from "../words.js";
import { Placing, tile, title } from "./placing.js";

/** @type {import("./hands.js").Kind} */
export function bins(spec, answer, set, tell) {
  const [[column, { options }]] = spec.columns, { tones } = spec.hands;
  const chosen = new Map(spec.rows.map(([row]) => [row, answer?.[row]?.[column] ?? ""]));
  const shelf = html("div", { class: "ck-shelf", role: "group", "aria-label": say("Not placed yet") });
  const boxes = new Map(options.map(([key]) => [key, html("div", { class: "ck-lies" })]));
  const element = html("div", { class: "ck-bins" }, shelf, html("div", { class: "ck-places" },
    ...options.map(([key, label], at) => html("div", { class: `ck-bin ck-${tones[key] ?? "page"}`, role: "group", "aria-label": label, "data-place": key },
      title(label, at + 1), boxes.get(key)))));
  const draw = () => {
    for (const box of [shelf, ...boxes.values()]) box.replaceChildren();
    for (const [row, label] of spec.rows) {
      const place = chosen.get(row), at = options.find(([key]) => key === place)?.[1];
      const made = tile({ key: row, name: label, place, tone: tones[place] });
      made.setAttribute("aria-label", at ? say("{tile}, in {place}", { tile: label, place: at }) : say("{tile}, not placed yet", { tile: label }));
      (boxes.get(place) ?? shelf).append(made);
    }
    const left = shelf.childElementCount;
    if (!left) shelf.append(html("p", {}, say("All are placed. Press or drag one to move it.")));
  };
  const placing = new Placing(element, options, (row, place) => {
    chosen.set(row, place);
    draw();
    set(Object.fromEntries([...chosen].filter(([, each]) => each).map(([key, each]) => [key, { [column]: each }])));
  }, tell);
  draw();
  placing.settle(null);
  return { element, cell: (row) => element.querySelector(`[data-tile="${CSS.escape(row)}"]`) };
}
