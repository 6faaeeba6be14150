// Behind the bar's one button: finding and zooming, speed and motion, and what else can be seen of the steps.

import { html, worded } from "./dom.js";
import { say } from "./words.js";

export class Menu {
  /** @param {Node[]} tools what is in the menu itself @param {Record<string, any>} panels what it opens below, by name */
  constructor(tools, panels) {
    this.button = worded("⋯", () => this.toggle(), { class: "ck-icon ck-menu", "aria-label": say("More"), "aria-expanded": "false" });
    const doors = Object.entries(panels).map(([name, panel]) => worded(name, () => {
      panel.open = !panel.open;
      if (panel.open) panel.scrollIntoView({ block: "nearest" });
    }));
    this.root = html("div", { class: "ck-tools", role: "group", "aria-label": say("What else there is"), hidden: "" }, ...tools, ...doors);
  }

  toggle(open = this.root.hidden) {
    const inside = this.root.contains(document.activeElement);
    this.root.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open && inside) this.button.focus();
  }
}
