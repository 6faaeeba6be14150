// The sheet: one question as native form elements. `form` says which (coursekit.exercises.sheets); `answer` follows.
// Every control has a label of its own; what was kept is said in a live region. `html` is the stage's.

import { html } from "./dom.js";
import { keysAreOurs } from "./keys.js";
import { pick } from "./pick.js";

let made = 0;

function option(type, group, key, label, on, change) {
  const input = html("input", { type, name: group, value: key });
  input.checked = on;
  input.addEventListener("change", change);
  return html("label", { class: "ck-sheet-option" }, input, ` ${label}`);
}

// A control for one value; `set` gets the value, or null where nothing is given.
function cell(spec, label, value, set) {
  if (spec.kind === "choose") {
    const select = html("select", { "aria-label": label }, html("option", { value: "" }, "…"));
    for (const [key, text] of spec.options) select.append(html("option", { value: key }, text));
    select.value = value ?? "";
    select.addEventListener("change", () => set(select.value || null));
    return select;
  }
  const number = spec.kind === "number";
  const input = html("input", { type: number ? "number" : "text", step: "any", "aria-label": label });
  input.value = value ?? "";
  let waiting;
  const tell = () => {
    clearTimeout(waiting);
    set(input.value === "" ? null : number ? Number(input.value) : input.value);
  };
  input.addEventListener("change", tell);
  input.addEventListener("input", () => { // JupyterLab takes the Enter key before it makes a change
    clearTimeout(waiting);
    waiting = setTimeout(tell, 300);
  });
  return number && spec.unit && !label.endsWith(spec.unit) ? html("span", {}, input, ` ${spec.unit}`) : input;
}

function headRow(...names) {
  return html("thead", {}, html("tr", {}, ...names.map((name) => (name ? html("th", { scope: "col" }, name) : html("td", {})))));
}

const forms = {
  pick,
  number: (spec, answer, set) => cell(spec, "Your answer", answer, set),
  text: (spec, answer, set) => cell(spec, "Your answer", answer, set),

  choose(spec, answer, set) {
    const group = `ck-sheet-${++made}`;
    const chosen = new Set(spec.many ? (answer ?? []) : [answer]);
    const parts = spec.options.map(([key, label]) =>
      option(spec.many ? "checkbox" : "radio", group, key, label, chosen.has(key), (event) => {
        if (!spec.many) return set(key);
        event.target.checked ? chosen.add(key) : chosen.delete(key);
        set(spec.options.map(([each]) => each).filter((each) => chosen.has(each)));
      }));
    return html("div", { role: spec.many ? "group" : "radiogroup", "aria-label": "Your answer" }, ...parts);
  },

  arrange(spec, answer, set) {
    const labels = new Map(spec.items);
    const order = answer ?? spec.items.map(([key]) => key);
    const list = html("ol", { class: "ck-sheet-order" });
    const move = (from, to) => {
      if (to < 0 || to >= order.length) return;
      order.splice(to, 0, ...order.splice(from, 1));
      draw();
      list.children[to].querySelectorAll("button")[to > from ? 1 : 0].focus();
      set([...order]);
    };
    const button = (text, label, press) => {
      const made = html("button", { type: "button", "aria-label": label }, text);
      made.addEventListener("click", press);
      return made;
    };
    const draw = () => list.replaceChildren(...order.map((key, at) => html("li", {},
      button("↑", `Move ${labels.get(key)} up`, () => move(at, at - 1)),
      button("↓", `Move ${labels.get(key)} down`, () => move(at, at + 1)),
      ` ${labels.get(key)}`)));
    draw();
    const keep = html("button", { type: "button" }, "Keep this order");
    keep.addEventListener("click", () => set([...order]));
    return html("div", {}, list, keep);
  },

  fill(spec, answer, set) {
    const table = structuredClone(answer ?? {});
    const body = html("tbody", {});
    for (const [row, label] of spec.rows) {
      const cells = spec.columns.map(([column, kind]) =>
        html("td", {}, cell(kind, `${label}, ${column}`, table[row]?.[column], (value) => {
          table[row] = { ...table[row], [column]: value };
          if (value === null) delete table[row][column];
          set(structuredClone(table));
        })));
      body.append(html("tr", {}, html("th", { scope: "row" }, label), ...cells));
    }
    return html("div", { class: "ck-wide" }, html("table", {}, headRow("", ...spec.columns.map(([column]) => column)), body));
  },

  rows(spec, answer, set) {
    const rows = structuredClone(answer ?? []);
    const body = html("tbody", {});
    const whole = () => rows.filter((row) => spec.columns.every(([column]) => (row[column] ?? null) !== null));
    const add = (row, number) => {
      const drop = html("button", { type: "button", "aria-label": `Remove row ${number}` }, "×");
      const cells = spec.columns.map(([column, kind]) =>
        html("td", {}, cell(kind, `Row ${number}, ${column}`, row[column], (value) => {
          row[column] = value;
          set(structuredClone(whole()));
        })));
      const line = html("tr", {}, ...cells, html("td", {}, drop));
      drop.addEventListener("click", () => {
        rows.splice(rows.indexOf(row), 1);
        line.remove();
        more.focus();
        set(structuredClone(whole()));
      });
      body.append(line);
    };
    const more = html("button", { type: "button" }, "Add a row");
    more.addEventListener("click", () => {
      rows.push({});
      add(rows.at(-1), rows.length);
      body.lastElementChild.querySelector("input, select").focus();
    });
    rows.forEach((row, at) => add(row, at + 1));
    const names = spec.columns.map(([column]) => column);
    return html("div", {}, html("div", { class: "ck-wide" }, html("table", {}, headRow(...names, ""), body)), more);
  },
};

function render({ model, el }) {
  const set = (answer) => {
    model.set("answer", answer);
    model.save_changes();
  };
  const question = html("div", { class: "ck-sheet-question" });
  question.innerHTML = model.get("question"); // written by the course and escaped in Python
  const said = html("code", {});
  const status = html("p", { class: "ck-sheet-line", role: "status", "aria-live": "polite" });
  const tell = () => {
    said.textContent = model.get("line");
    const kept = [model.get("scored"), "Kept; now run the check. The same in a cell: "].filter(Boolean).join(" ");
    status.replaceChildren(...(said.textContent ? [kept, said] : []));
  };
  const form = forms[model.get("form").kind](model.get("form"), model.get("answer"), set);
  const sheet = html("div", { class: "ck-sheet", role: "group", "aria-label": model.get("title") }, question, form, status);
  const ours = keysAreOurs(sheet);
  tell();
  model.on("change:line", tell);
  el.append(sheet);
  return () => { ours(); sheet.dispatchEvent(new Event("ck-closed")); model.off("change:line", tell); };
}

export default { render };
