// How wide words are, and how they are cut or broken to fit, letter by letter as coursekit/diagrams/lettering.py has it.
// Draws nothing.

const NARROW = "ijlft.,:;'|!()[]/ -", WIDE = "mwMWOQGD@%—…→", BREAKS = "-_/ .,:";

/** @param {string} letter */
function ems(letter) {
  if (NARROW.includes(letter)) return 0.38;
  if (WIDE.includes(letter)) return 0.93;
  if (letter > "\u2e7f") return 1.02; // Chinese and its neighbours
  return letter !== letter.toLowerCase() && letter === letter.toUpperCase() ? 0.72 : 0.61;
}

/** @param {string} text @param {number} size @param {boolean} [bold] */
export function width(text, size, bold = false) {
  let sum = 0;
  for (const letter of text) sum += ems(letter);
  return sum * size * (bold ? 1.12 : 1);
}

/** The text, or its beginning before an ellipsis. @param {string} text @param {number} room @param {number} size @param {boolean} [bold] */
export function cut(text, room, size, bold = false) {
  if (width(text, size, bold) <= room) return text;
  const letters = [...text];
  let end = letters.length - 1;
  while (end > 1 && width(`${letters.slice(0, end).join("")}…`, size, bold) > room) end -= 1;
  return `${letters.slice(0, end).join("")}…`;
}

/**
 * The text in at most `most` lines; the last one is cut where even that is too little.
 * @param {string} text @param {number} room @param {number} size @param {boolean} [bold] @param {number} [most]
 * @returns {string[]}
 */
export function broken(text, room, size, bold = false, most = 2) {
  if (most === 1 || width(text, size, bold) <= room) return [cut(text, room, size, bold)];
  const letters = [...text], upTo = (/** @type {number} */ n) => letters.slice(0, n).join(""), from = (/** @type {number} */ n) => letters.slice(n).join("");
  let end = letters.length - 1;
  while (end > 1 && width(upTo(end), size, bold) > room) end -= 1;
  if (end < 2) end = 1;
  const breaks = [];
  for (let n = 2; n <= end; n++) if (BREAKS.includes(letters[n - 1]) || letters[n] === " ") breaks.push(n);
  const fitting = breaks.filter((n) => width(from(n), size, bold) <= room * (most - 1));
  const dots = fitting.filter((n) => upTo(n).trimEnd().endsWith(" ·")), last = breaks.at(-1) ?? 0; // what a dot joins stays together
  const at = dots.at(-1) ?? fitting.at(-1) ?? (last > Math.floor(end / 2) ? last : end);
  return [upTo(at).trimEnd(), ...broken(from(at).trimStart(), room, size, bold, most - 1)];
}
