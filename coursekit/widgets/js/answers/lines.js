// Lines: each row of a table is a line of a file or of a terminal, which lights up as its switch says. A switch is a group
// of radio buttons; pressing the line itself goes to its next state, and a press drawn across lines gives them all the
// first one's. With `panels` each column has a copy of the lines of its own. The answer is {line: {column: state}}.

import { html } from "../dom.js";
import { say } from "../words.js";
import { unique } from "./marks.js";

/** @type {import("./hands.js").Kind} */
export function lines(spec, answer, set, tell) {
  const { lines: all, panels, changed, looks, prose } = spec.hands, labels = new Map(spec.rows), cells = new Map();
  const table = structuredClone(answer ?? {});
  const choose = (row, column, state) => {
    table[row] = { ...table[row], [column]: state };
    const cell = cells.get(`${row}\n${column}`);
    cell.show(state);
    set(structuredClone(table));
    tell(say("{line}: {state}", { line: labels.get(row), state: cell.said(state) }));
  };
  const columns = Object.fromEntries(spec.columns.map(([column, kind, over]) => [column, { ...kind, over }]));
  const panel = (heading, mine) => {
    const list = html("ol", { class: prose ? "ck-listing ck-prose" : "ck-listing" });
    for (const { text, number, row } of all) list.append(row && labels.has(row) ? line(row, text, number, mine) : html("li", {}, html("span", { class: "ck-no" }, number), html("code", {}, text)));
    painted(list);
    return html("section", { class: "ck-panel", "aria-label": heading || say("Lines") }, heading ? html("h4", {}, heading) : "", list);
  };
  const line = (row, text, number, mine) => {
    const item = html("li", { class: mine.length > 1 ? "ck-asked ck-several" : "ck-asked", "data-row": row }), code = html("code", {}, text);
    const edited = mine.length === 1 && changed[mine[0]] === row;
    item.append(html("span", { class: "ck-no" }, number), code, edited ? html("span", { class: "ck-edited" }, say("✎ changed")) : "");
    for (const column of mine) {
      const cell = new Switch(item, labels.get(row), column, columns[column], looks, mine.length === 1, (state) => choose(row, column, state));
      cells.set(`${row}\n${column}`, cell);
      cell.show(table[row]?.[column] ?? null);
      item.append(cell.place);
    }
    code.addEventListener("click", () => { if (!list(item).swept) cells.get(`${row}\n${mine[0]}`).next(); });
    return item;
  };
  const list = (item) => item.closest("ol");
  // A press that is drawn across lines: those that it reaches become as the line where it began, which goes on by one.
  const painted = (list) => {
    const column = (item) => item?.querySelector(".ck-switch")?.dataset.column;
    list.addEventListener("pointerdown", (event) => {
      list.swept = false;
      const first = event.target.closest("code") && event.target.closest("li[data-row]");
      if (!first || event.button !== 0 || event.pointerType === "touch") return;
      event.preventDefault();
      let state = null;
      const over = (at) => {
        const item = /** @type {any} */ (document.elementFromPoint(at.clientX, at.clientY)?.closest("li[data-row]"));
        if (!item || item.parentNode !== list || (item === first && state === null)) return;
        if (state === null) { list.swept = true; cells.get(`${first.dataset.row}\n${column(first)}`).next(); state = table[first.dataset.row][column(first)]; }
        if (table[item.dataset.row]?.[column(item)] !== state) choose(item.dataset.row, column(item), state);
      };
      const end = () => { window.removeEventListener("pointermove", over); window.removeEventListener("pointerup", end); };
      window.addEventListener("pointermove", over);
      window.addEventListener("pointerup", end);
    });
  };
  const split = Object.keys(panels).length > 0;
  const element = html("div", { class: `ck-lines${split ? " ck-split" : ""}` },
    ...(split ? spec.columns.map(([column, , over]) => panel(panels[column] ?? over, [column])) : [panel("", spec.columns.map(([column]) => column))]));
  return { element, cell: (row, column) => cells.get(`${row}\n${column}`)?.place ?? null };
}

class Switch {
  constructor(line, label, column, { options, over }, looks, lights, changed) {
    this.line = line;
    this.options = options;
    this.looks = looks;
    this.lights = lights; // whether the line shows the state
    this.inputs = new Map();
    const name = unique("switch");
    this.root = html("span", { class: "ck-switch", role: "radiogroup", "data-column": column, "aria-label": say("{row}, {column}", { row: label, column: over }) });
    for (const [key, words] of options) {
      const input = html("input", { type: "radio", name, value: key });
      input.addEventListener("change", () => changed(key));
      this.inputs.set(key, input);
      this.root.append(html("label", {}, input, html("span", {}, words)));
    }
  }

  // Where a verdict is marked: beside the switch.
  get place() { return this.root.parentElement ?? html("span", { class: "ck-set" }, this.root); }

  said(state) { return this.options.find(([key]) => key === state)?.[1] ?? ""; }

  show(state) {
    for (const [key, input] of this.inputs) input.checked = key === state;
    if (this.lights) this.line.dataset.look = this.looks[state] ?? "";
  }

  next() {
    const keys = this.options.map(([key]) => key), at = keys.findIndex((key) => this.inputs.get(key).checked);
    const input = this.inputs.get(keys[(at + 1) % keys.length]);
    input.checked = true;
    input.focus({ preventScroll: true });
    input.dispatchEvent(new Event("change"));
  }
}
