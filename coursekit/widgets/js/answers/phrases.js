// Phrases: each row of a table is a text, put together from words that are pressed, or typed. The answer is the table:
// {row: {column: "words in a row"}}.

import { html, worded } from "../dom.js";
import { say } from "../words.js";

/** @type {import("./hands.js").Kind} */
export function phrases(spec, answer, set, tell) {
  const [[column]] = spec.columns, { words, between, prompt } = spec.hands, table = structuredClone(answer ?? {}), fields = new Map();
  const keep = (row, text) => {
    table[row] = { ...table[row], [column]: text };
    if (text === "") delete table[row];
    set(structuredClone(table));
  };
  const phrase = ([row, label]) => {
    const field = html("input", { type: "text", spellcheck: "false", autocapitalize: "off", "aria-label": label, placeholder: say("press words below, or type") });
    field.value = table[row]?.[column] ?? "";
    field.addEventListener("input", () => keep(row, field.value));
    const change = (text, said) => { field.value = text; keep(row, text); tell(said); };
    const parts = (words[row] ?? []).map((word) => worded(word, () => {
      const text = field.value && between && !field.value.endsWith(between) ? `${field.value}${between}${word}` : `${field.value}${word}`;
      change(text, say("{row}: {text}", { row: label, text }));
    }, { class: "ck-word", "aria-label": say("{word}, added to: {row}", { word, row: label }) }));
    const back = worded("⌫", () => {
      const last = (words[row] ?? []).filter((word) => field.value.endsWith(word)).sort((one, other) => other.length - one.length)[0] ?? field.value.slice(-1);
      const text = field.value.slice(0, field.value.length - last.length);
      change(between && text.endsWith(between) ? text.slice(0, -between.length) : text, say("{row}: the last word is gone", { row: label }));
    }, { class: "ck-word ck-back", "aria-label": say("Take the last word away: {row}", { row: label }) });
    const root = html("div", { class: "ck-phrase", role: "group", "aria-label": label }, html("div", { class: "ck-command" }, html("code", {}, prompt ? `${prompt} ${label}` : label)), field, html("div", { class: "ck-choice" }, ...parts, back));
    fields.set(row, root);
    return root;
  };
  return { element: html("div", { class: "ck-phrases" }, ...spec.rows.map(phrase)), cell: (row) => fields.get(row) ?? null };
}
