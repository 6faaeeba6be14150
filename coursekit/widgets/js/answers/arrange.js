// An order: by dragging a handle, by the arrows beside it, or by ↑ and ↓ on the handle.

import { html, worded } from "../dom.js";
import { svg } from "../shapes.js";
import { say } from "../words.js";
import { announce, beliefs, sentence, tag, unique, unmark } from "./marks.js";
import { begun, moved } from "./order.js";

const DOTS = "M1.500 4a1.500 1.500 0 103 0 1.500 1.500 0 10-3 0m6 0a1.500 1.500 0 103 0 1.500 1.500 0 10-3 0m-6 5a1.500 1.500 0 103 0 1.500 1.500 0 10-3 0m6 0a1.500 1.500 0 103 0 1.500 1.500 0 10-3 0m-6 5a1.500 1.500 0 103 0 1.500 1.500 0 10-3 0m6 0a1.500 1.500 0 103 0 1.500 1.500 0 10-3 0";

/**
 * @param {import("../told.js").Spec} spec
 * @param {any} answer
 * @param {(answer: any) => void} set
 */
export function arrange(spec, answer, set) {
  const labels = new Map(/** @type {[string, string][]} */ (spec.items ?? []));
  let order = begun([...labels.keys()], answer);
  const how = html("p", { class: "ck-quiet", id: unique("how") }, say("Drag by the dots; or focus them and press ↑ or ↓."));
  const list = html("ol", { class: "ck-order", "aria-label": say("Your answer") });
  /** @type {Map<string, any>} */
  const items = new Map();
  const move = (/** @type {string} */ key, /** @type {number} */ by, /** @type {any} */ focus) => {
    const at = order.indexOf(key), next = moved(order, at, at + by);
    if (next === order) return;
    order = next;
    const item = items.get(key), beside = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    by < 0 ? beside.before(item) : beside.after(item);
    focus?.focus();
    announce(element, say("{label} is now number {n} of {total}.", { label: labels.get(key) ?? key, n: order.indexOf(key) + 1, total: order.length }));
    set([...order]);
  };
  for (const key of order) {
    const item = line(labels.get(key) ?? key, how.id, (by, focus) => move(key, by, focus));
    items.set(key, item);
    list.append(item);
  }
  const element = html("div", { class: "ck-arrange" }, list, how);
  const mark = (/** @type {import("../told.js").Told | null} */ told) => {
    unmark(list);
    for (const [key, part] of Object.entries(told?.parts ?? {})) {
      const item = items.get(key);
      if (!item) continue;
      item.classList.toggle("ck-off", !part.ok);
      const words = part.ok ? say("in place") : say("Here it goes wrong.");
      item.append(tag(part, words), ...(part.says ? [sentence(part)] : []), ...beliefs(told, key));
    }
  };
  return { element, mark, value: () => [...order] };
}

/**
 * One item: handle, label, arrows.
 * @param {string} label
 * @param {string} how the id of what says how the handle moves
 * @param {(by: number, focus?: any) => void} move
 */
function line(label, how, move) {
  const dots = svg("svg", { viewBox: "0 0 12 18", "aria-hidden": "true" });
  dots.append(svg("path", { d: DOTS }));
  const grip = html("button", { type: "button", class: "ck-grip", "aria-label": say("Move: {label}", { label }), "aria-describedby": how }, dots);
  const up = worded("▲", () => move(-1, up), { "aria-label": say("Move {label} up", { label }) });
  const down = worded("▼", () => move(1, down), { "aria-label": say("Move {label} down", { label }) });
  const item = html("li", {}, grip, html("span", { class: "ck-what" }, label), html("span", { class: "ck-arrows" }, up, down));
  grip.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    move(by, grip);
  });
  dragged(grip, item, move);
  return item;
}

/**
 * Lets a handle be dragged: the item goes past its neighbour when the pointer does.
 * @param {any} grip
 * @param {any} item
 * @param {(by: number) => void} move
 */
function dragged(grip, item, move) {
  grip.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    grip.setPointerCapture(event.pointerId);
    item.classList.add("ck-held");
    const follow = (/** @type {PointerEvent} */ { clientY }) => {
      const { top, bottom } = item.getBoundingClientRect();
      if (clientY < top - 4) move(-1);
      else if (clientY > bottom + 4) move(1);
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", () => {
      item.classList.remove("ck-held");
      grip.removeEventListener("pointermove", follow);
    }, { once: true });
  });
}
