// Buttons with a picture, and small choosers, each with a name that a screen reader says.

import { html } from "./dom.js";
import { svg } from "./shapes.js";
import { later, say } from "./words.js";

const ICONS = {
  first: [later("First step"), "M4 3h3v14H4zM17 3v14L8 10z"],
  back: [later("Step back"), "M14 3v14L5 10z"],
  play: [later("Play"), "M5 3l12 7-12 7z"],
  pause: [later("Pause"), "M5 3h4v14H5zM11 3h4v14h-4z"],
  next: [later("Step forward"), "M6 3v14l9-7z"],
  last: [later("Last step"), "M13 3h3v14h-3zM3 3v14l9-7z"],
  smaller: [later("Zoom out"), "M4 9h12v2H4z"],
  larger: [later("Zoom in"), "M4 9h12v2H4zM9 4h2v12H9z"],
  whole: [later("Fit the width"), "M3 3h6v2H5v4H3zM11 3h6v6h-2V5h-4zM3 11h2v4h4v2H3zM15 11h2v6h-6v-2h4z"],
  undo: [later("Undo"), "M8 3v4h4a5 5 0 010 10H7v-2.4h5a2.6 2.6 0 000-5.2H8V13L2.500 8z"],
  redo: [later("Redo"), "M12 3v4H8a5 5 0 000 10h5v-2.4H8a2.600 2.600 0 010-5.2h4V13l5.500-5z"],
  reset: [later("Start over"), "M10 3a7 7 0 11-6.600 4.700l2.200.8A4.700 4.700 0 1010 5.300V8.500L5.500 4.200 10 0z"],
};

export function icon(name) {
  const picture = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
  picture.append(svg("path", { d: ICONS[name][1] }));
  return picture;
}

export function button(name, press) {
  const element = html("button", { type: "button", class: "ck-icon", "aria-label": say(ICONS[name][0]), title: say(ICONS[name][0]) }, icon(name));
  element.addEventListener("click", press);
  return element;
}

export function dress(element, name) {
  element.replaceChildren(icon(name));
  element.setAttribute("aria-label", say(ICONS[name][0]));
  element.title = say(ICONS[name][0]);
}

export function chooser(name, options, change) {
  const select = html("select", { "aria-label": name }, ...options.map(([text, value]) => html("option", { value }, text)));
  select.addEventListener("change", () => change(select.value));
  return select;
}

// Opens and closes; what is inside is made when it is first wanted.
export function folded(name, fill) {
  const body = html("div", {}), root = html("details", {}, html("summary", {}, name), body);
  root.addEventListener("toggle", () => root.open && fill(body));
  root.refresh = () => root.open && fill(body);
  return root;
}
