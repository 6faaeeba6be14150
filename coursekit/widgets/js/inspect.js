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

  // With each step: what the panel says is what this step shows.
  follow() {
    this.settle();
    if (!this.root.hidden && this.about) this.fill(this.details[this.about]);
  }

  // One box, and only one, is a stop of the Tab key.
  settle() {
    const { stage } = this.player;
    const held = stage.boxes.get(this.chosen);
    if (held && this.can(held)) return;
    const first = [...stage.boxes.values()].find((box) => this.can(box));
    this.chosen = first?.id ?? null;
    if (first) stage.groups.get(first.id)?.setAttribute("tabindex", 0);
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
    this.root.hidden = false;
    this.fill(known ?? { title: box.title || box.text, facts: [["", say("asking the kernel …")]] });
    if (!known) this.player.ask(box.about);
    this.root.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest" });
  }

  // The kernel's answer about a file.
  hear(about, detail) {
    this.details[about] = detail;
    if (about === this.about && !this.root.hidden) this.fill(detail);
  }

  // What this step shows of a path: for each layer that has it, top first, whether it is the one that is seen.
  now(about, layers) {
    const { reel } = this.player.stage, seen = reel.boxes.get(`merged${about}`);
    const held = new Map(layers.map((each) => [each.layer, each]));
    const rows = [...reel.boxes.values()].map((box) => [box, box.about === about && /^(\d+)\//.exec(box.id)?.[1]])
      .filter(([, layer]) => layer).map(([box, layer]) => ({ box, layer: Number(layer) })).sort((one, other) => one.layer - other.layer);
    const answers = seen?.role === "tile" && seen.pill ? rows.find(({ box }) => !box.hidden && box.role === "tile") : undefined;
    return { seen, rows, answers, held, last: this.player.step === this.player.last };
  }

  fill({ title, facts = [], contents = "", layers = [] }) {
    const close = html("button", { type: "button", class: "ck-icon", "aria-label": say("Close"), title: say("Close") }, "×");
    close.addEventListener("click", () => this.close());
    const parts = layers.length || this.about?.startsWith("/") ? this.inStep(layers) : [listed(facts), ...quoted(contents)];
    this.root.setAttribute("aria-label", title);
    this.root.replaceChildren(html("div", { class: "ck-detail-head" }, html("strong", {}, title), close), ...parts);
  }

  inStep(layers) {
    const { seen, rows, answers, held, last } = this.now(this.about, layers);
    const name = (row) => this.player.stage.name({ id: `layer-${row.layer}`, title: "", text: "" });
    const known = answers && held.get(answers.layer);
    const gone = rows.find(({ box }) => box.role === "whiteout");
    let now = say("no such file: no layer has it");
    if (answers) now = say("seen, from {layer}", { layer: name(answers) });
    else if (seen?.text === "?") now = say("not known yet");
    else if (gone) now = say("no such file: a whiteout in {layer} hides it", { layer: name(gone) });
    else if (rows.length) now = say("no such file: the layers above hide it");
    const facts = [[say("in this step"), now], ...(known && (answers.layer > 0 || last) ? known.facts ?? [] : [])];
    const lines = rows.map((row) => {
      const said = row.box.role === "whiteout" ? say("a whiteout hides it") : (row.layer > 0 || last) && held.get(row.layer)?.text;
      const text = said || say("a file of this step");
      return html("li", {}, row.box.hidden ? say("{layer}: {text} (hidden)", { layer: name(row), text }) : say("{layer}: {text}", { layer: name(row), text }));
    });
    const below = rows.length ? [html("p", { class: "ck-sub" }, say("In the layers, top first")), html("ol", {}, ...lines)] : [];
    if (answers?.layer === 0 && !last) below.push(html("p", {}, say("Its bytes change in later steps: the last step shows them.")));
    return [listed(facts), ...below, ...quoted(known && (answers.layer > 0 || last) ? known.contents ?? "" : "")];
  }

  close(back = true) {
    if (this.root.hidden) return;
    this.root.hidden = true;
    this.about = null;
    if (back && this.from?.isConnected) this.from.focus();
  }
}

function listed(facts) {
  return html("dl", { class: "ck-facts" }, ...facts.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]));
}

function quoted(contents) {
  if (!contents) return [];
  return [html("p", { class: "ck-sub" }, say("Contents")), html("pre", { tabindex: 0, role: "group", "aria-label": say("Contents") }, contents)];
}
