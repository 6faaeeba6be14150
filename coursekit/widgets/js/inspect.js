// What a thing in the picture is: chosen by click, or by the keyboard, which goes from one to the next as they stand.
// Beside it, the state as a table, and what the keys do.

import { html } from "./dom.js";
import { ASIDE, neighbour, spoken } from "./layout.js";
import { say } from "./words.js";

export function describe(body, rows) {
  body.replaceChildren(html("dl", { class: "ck-facts" }, ...rows.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)])));
}

export function tabulate(body, stage) {
  const rows = stage.rows().map(([name, things]) => html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, things.join("; ") || say("nothing"))));
  const head = html("tr", {}, html("th", { scope: "col" }, say("row of the picture")), html("th", { scope: "col" }, say("what is on it")));
  body.replaceChildren(html("table", { class: "ck-table" }, html("thead", {}, head), html("tbody", {}, ...rows)));
}

export class Inspector {
  constructor(player) {
    this.player = player;
    this.root = html("div", { class: "ck-detail", role: "group", tabindex: -1, hidden: "" });
    this.chosen = null; // the id of the box that the keyboard is at
  }

  load(scene) {
    this.details = scene.details ?? {};
    this.close(false);
    const { picture } = this.player.stage;
    picture.addEventListener("click", (event) => this.open(event.target.closest("[role=button]")));
    picture.addEventListener("focusin", (event) => this.choose(event.target.closest("[data-id]")));
  }

  can(box) { return box.about && (box.about in this.details || this.player.ask !== null); }

  dress(group, box) {
    if (!this.can(box)) return;
    const says = [spoken(box), box.id.startsWith("merged") ? say("in the merged view") : ""].filter(Boolean).join(", ");
    group.setAttribute("role", "button");
    group.setAttribute("aria-label", says);
    group.setAttribute("tabindex", box.id === this.chosen ? 0 : -1);
  }

  // One box, and only one, is a stop of the Tab key.
  settle() {
    const { stage } = this.player;
    const held = stage.boxes.get(this.chosen);
    if (held && this.can(held)) return;
    const first = [...stage.boxes.values()].find((box) => this.can(box));
    this.chosen = first?.id ?? null;
    if (first) stage.groups.get(first.id).setAttribute("tabindex", 0);
  }

  choose(group) {
    if (!group || group.dataset.id === this.chosen) return;
    this.player.stage.groups.get(this.chosen)?.setAttribute("tabindex", -1);
    this.chosen = group.dataset.id;
    group.setAttribute("tabindex", 0);
  }

  // What a key does while a box has the focus.
  key(event) {
    const group = event.target.closest?.("[data-id]");
    if (!group) return undefined;
    if (event.key === "Enter" || event.key === " ") return () => this.open(group);
    if (!(event.key in ASIDE)) return undefined;
    return () => {
      const { stage } = this.player;
      const others = [...stage.boxes.values()].filter((box) => this.can(box));
      const found = neighbour(stage.boxes.get(group.dataset.id), others, ASIDE[event.key]);
      if (found) stage.groups.get(found.id).focus();
    };
  }

  open(group) {
    const box = group && this.player.stage.boxes.get(group.dataset.id);
    if (!box) return;
    this.from = group;
    this.about = box.about;
    const known = this.details[box.about];
    this.fill(known ?? { title: box.title || box.text, facts: [["", say("asking the kernel …")]] });
    if (!known) this.player.ask(box.about);
    this.root.hidden = false;
    this.root.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest" });
  }

  // The kernel's answer about a file.
  hear(about, detail) {
    this.details[about] = detail;
    if (about === this.about && !this.root.hidden) this.fill(detail);
  }

  fill({ title, facts = [], contents = "", history = [] }) {
    const close = html("button", { type: "button" }, say("Close"));
    close.addEventListener("click", () => this.close());
    const facets = html("dl", { class: "ck-facts" }, ...facts.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]));
    const past = history.length ? [html("p", { class: "ck-sub" }, say("Across the layers, base first")), html("ol", {}, ...history.map((line) => html("li", {}, line)))] : [];
    const text = contents ? [html("p", { class: "ck-sub" }, say("Contents")), html("pre", { tabindex: 0, role: "group", "aria-label": say("Contents") }, contents)] : [];
    this.root.setAttribute("aria-label", title);
    this.root.replaceChildren(html("div", { class: "ck-detail-head" }, html("strong", {}, title), close), facets, ...past, ...text);
  }

  close(back = true) {
    if (this.root.hidden) return;
    this.root.hidden = true;
    this.about = null;
    if (back && this.from?.isConnected) this.from.focus();
  }
}
