// The entries of a layer that is designed: a kind for each path, put into upperdir by hand. The answer is {path: kind}; a
// path that is not offered here, and was typed, stays in it.

import { byHand } from "./hands.js";

/**
 * @param {any} spec as for a table: its rows are the paths, its one column the kinds
 * @param {any} answer
 * @param {(answer: any) => void} set
 */
export function entries(spec, answer, set) {
  const [[column]] = spec.columns, paths = new Set(spec.rows.map(([path]) => path));
  const given = answer && !Array.isArray(answer) ? Object.entries(answer) : [];
  const others = given.filter(([path]) => !paths.has(path));
  const table = Object.fromEntries(given.filter(([path]) => paths.has(path)).map(([path, kind]) => [path, { [column]: kind }]));
  return byHand(spec, table, (rows) => {
    const chosen = Object.entries(rows).filter(([, row]) => row[column]).map(([path, row]) => [path, row[column]]);
    const layer = Object.fromEntries([...others, ...chosen]);
    set(Object.keys(layer).length ? layer : []);
  });
}
