// The bench of the sandbox: a command line and buttons above the player; what was done, and what was undone, beside it. The kernel
// runs the commands; the picture follows. Undoing is seen: the steps of the command go back one by one, and then it is gone.

import { html, worded } from "./dom.js";
import { button } from "./icons.js";
import { keysAreOurs } from "./keys.js";
import { Player } from "./player.js";
import { later, plural, say, speak } from "./words.js";

const FRESH = "/etc/note.txt";
/** @type {[string, (path: string) => string][]} */
const DEEDS = [
  [later("read"), (path) => `cat ${path}`],
  [later("create"), (path) => `echo hello > ${path}`],
  [later("append"), (path) => `echo '# mine' >> ${path}`],
  [later("delete"), (path) => `rm -r ${path}`],
  [later("chmod"), (path) => `chmod 600 ${path}`],
  [later("mkdir"), (path) => `mkdir -p ${path}`],
  [later("list"), (path) => `ls -la ${path}`],
  [later("rename"), (path) => `mv ${path} ${path}.old`],
];
const BACK = 260; // milliseconds a step stays when a command is undone
const SHOWN = 4; // sentences about what is not as in the goal
const WIDE = 920; // units of a picture that has no room beside another
const SEEN = 10; // steps of an undone command that are seen to go back; before those it goes at once

// A path as one word of the shell.
function quoted(path) {
  return /^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function field(name, value, placeholder = "") {
  const input = html("input", { type: "text", "aria-label": name, placeholder, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  input.value = value;
  return input;
}

class Bench {
  constructor(model) {
    this.model = model;
    this.busy = false;
    this.back = button("undo", () => this.undo());
    this.again = button("redo", () => this.tell({ do: "redo" }));
    this.over = button("reset", () => this.tell({ do: "reset" }));
    const keys = { u: () => this.undo(), r: () => this.tell({ do: "redo" }) };
    this.player = new Player({ keys, help: [["U R", say("undo a command, do it again")]] });
    this.command = field(say("Command"), "", say("a line of shell, such as: echo hi > /etc/motd"));
    this.path = field(say("Path"), FRESH);
    this.known = html("datalist", { id: `ck-paths-${Math.random().toString(36).slice(2)}` });
    this.path.setAttribute("list", this.known.id);
    this.log = html("ol", { class: "ck-log", "aria-label": say("Commands") });
    this.status = html("p", { class: "ck-said", role: "status" });
    this.refused = html("p", { class: "ck-notice", role: "status", hidden: "" });
    this.said = html("pre", { class: "ck-output", tabindex: 0, role: "group", "aria-label": say("What the last command said"), hidden: "" });
    this.share = new Share(this);
    this.level = model.get("level")?.fewest ? new Level(model) : null;
    this.root = html("div", { class: "ck-sandbox ck-player", role: "group", "aria-label": this.level ? say("Level") : say("Sandbox") },
      ...(this.level ? [this.level.root] : []), this.prompt(), this.deeds(), this.refused, this.status, this.said,
      this.player.root, this.log, this.level ? this.level.cell : this.share.root);
    this.root.classList.toggle("ck-level", Boolean(this.level));
    this.player.root.addEventListener("click", (event) => this.point(event.target.closest?.("[data-id]")));
    this.release = keysAreOurs(this.root);
    this.root.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey) return;
      event.stopPropagation();
      if (!this.player.root.contains(event.target)) this.player.press(event); // U and R are at hand wherever one presses a button
    });
  }

  prompt() {
    const send = () => { if (this.command.value.trim()) this.run(this.command.value); };
    this.command.addEventListener("keydown", (event) => {
      if (event.key === "Enter") send();
      else if (event.key === "ArrowUp") this.command.value = this.model.get("done").at(-1)?.[0] ?? this.command.value;
      else return;
      event.preventDefault();
    });
    return html("div", { class: "ck-prompt" }, html("span", { "aria-hidden": "true" }, "#"), this.command, worded(say("Run"), send),
      ...(this.model.get("level")?.commits ? [worded("commit", () => this.run("commit"))] : []), this.back, this.again, this.over);
  }

  // Whose container the buttons are about, where there are several.
  whose() {
    const names = this.model.get("level")?.containers ?? [];
    this.who = html("select", { "aria-label": say("Container"), hidden: names.length < 2 }, ...names.map((value) => html("option", { value }, value)));
    return this.who;
  }

  deeds() {
    const who = this.whose();
    const line = (command) => `${who.value ? `${who.value}: ` : ""}${command(quoted(this.path.value || "/"))}`;
    const buttons = DEEDS.map(([name, command]) => worded(say(name), () => this.run(line(command))));
    return html("div", { class: "ck-deeds", role: "group", "aria-label": say("Do this to a path") }, who, this.path, this.known, ...buttons);
  }

  // A file chosen in the picture is the one that the buttons are about.
  point(group) {
    const about = group && this.player.stage.boxes.get(group.dataset.id)?.about;
    if (about) this.path.value = about;
  }

  run(command) {
    if (this.busy) return;
    this.command.value = "";
    this.from = this.player.last;
    this.tell({ run: command });
  }

  tell(message) {
    const undone = this.model.get("undone").length, done = this.model.get("done").length;
    if (this.busy || (message.do === "redo" && !undone) || (message.do === "reset" && !done)) return;
    this.settle(true);
    this.model.send(message);
  }

  settle(busy) {
    this.busy = busy;
    this.root.toggleAttribute("data-busy", busy);
    const done = this.model.get("done").length, undone = this.model.get("undone").length;
    for (const [button, off] of [[this.back, busy || !done], [this.over, busy || !done], [this.again, busy || !undone]]) {
      button.setAttribute("aria-disabled", String(Boolean(off))); // not `disabled`: that would take the focus away with it
    }
  }

  // The steps of the last command go back, then the kernel forgets it.
  undo() {
    const done = this.model.get("done");
    if (this.busy || !done.length) return;
    const target = done.length > 1 ? done.at(-2)[2] : 0, { player } = this;
    this.settle(true);
    if (player.step > target + SEEN) player.go(target + SEEN);
    const back = () => {
      if (player.step > target) { player.go(player.step - 1); this.timer = setTimeout(back, player.controls.duration ? BACK : 0); return; }
      this.model.send({ do: "undo" });
    };
    back();
  }

  // What the kernel sent: the new scene is played from where the old one ended.
  follow() {
    const { model, player } = this, fresh = this.from !== undefined ? this.from : null;
    this.from = undefined;
    const last = model.get("data").frames.length - 1, held = this.root.contains(document.activeElement) ? document.activeElement : null;
    player.load(model.get("data"), fresh === null ? last : Math.min(fresh, last));
    player.views.classList.toggle("ck-stacked", Boolean(this.level) && model.get("data").width > WIDE);
    [this.refused.textContent, this.refused.hidden] = [model.get("notice"), !model.get("notice")];
    if (fresh !== null && fresh < last) player.controls.motion.checked ? player.controls.start() : player.go(last);
    this.list();
    this.share.tell(model.get("line"));
    this.known.replaceChildren(...Object.keys(model.get("data").details ?? {}).map((value) => html("option", { value })));
    this.level?.follow();
    this.settle(false);
    if (held && document.activeElement !== held) (held.isConnected ? held : player.viewport).focus({ preventScroll: true });
  }

  list() {
    const done = this.model.get("done"), undone = this.model.get("undone").toReversed();
    const kept = done.map(([command, said, end, failed]) => html("li", failed ? { class: "ck-failed" } : {}, worded(command, () => this.player.walk(end), { class: "ck-command", title: say("Go to where it ended") }),
      ...(said ? [html("pre", { tabindex: 0, role: "group", "aria-label": say("Output of {command}", { command }) }, said)] : [])));
    const gone = undone.map((command) => html("li", { class: "ck-undone" }, html("s", {}, command), html("span", {}, " ", say("undone"))));
    this.log.replaceChildren(...kept, ...gone);
    const [command, said, , failed] = done.at(-1) ?? [];
    this.status.textContent = command === undefined ? say("Nothing was run yet: type a command, or choose a path and press a button.")
      : failed ? say("✗ {command} failed.", { command }) : `# ${command}`;
    this.status.classList.toggle("ck-failed", Boolean(failed));
    this.said.classList.toggle("ck-failed", Boolean(failed));
    this.said.textContent = said ?? "";
    this.said.hidden = !said;
  }

  close() {
    clearTimeout(this.timer);
    this.player.close();
    this.release();
  }
}

// How far it is to the goal, as the engine says; and the commands as a line for a cell.
class Level {
  constructor(model) {
    this.model = model;
    this.count = html("p", { class: "ck-moves" });
    this.left = html("ul", { class: "ck-left-over" });
    this.line = html("input", { type: "text", readonly: "", "aria-label": say("Your commands, as a cell has them") });
    this.line.addEventListener("focus", () => this.line.select());
    const question = html("div", { class: "ck-question" });
    question.innerHTML = model.get("question"); // made by the course, and escaped there
    this.reach = html("div", { class: "ck-reach", role: "status" }, this.count, this.left);
    this.root = html("div", {}, question, this.reach);
    this.cell = html("details", { class: "ck-share" }, html("summary", {}, say("In a cell")),
      html("label", {}, say("The same, typed:"), " ", this.line));
  }

  follow() {
    const { left, moves, fewest } = this.model.get("level"), shown = left.slice(0, SHOWN);
    const taken = plural("{n} move. The fewest known: {fewest}.", "{n} moves. The fewest known: {fewest}.", moves, { fewest });
    this.reach.toggleAttribute("data-reached", !left.length);
    this.count.textContent = left.length
      ? `${plural("{n} thing is not as in the goal.", "{n} things are not as in the goal.", left.length)} ${taken}`
      : `${say("✓ The goal is reached.")} ${taken}`;
    this.left.replaceChildren(...shown.map((text) => html("li", {}, text)));
    this.line.value = this.model.get("line");
  }
}

// The state as one line of text, to give away and to open again.
class Share {
  constructor(bench) {
    this.line = html("input", { type: "text", readonly: "", "aria-label": say("This state as one line") });
    this.line.addEventListener("focus", () => this.line.select());
    this.given = field(say("A line to open"), "", "cks1.…");
    const open = () => { if (this.given.value.trim()) bench.tell({ open: this.given.value }); };
    this.given.addEventListener("keydown", (event) => event.key === "Enter" && open());
    this.root = html("details", { class: "ck-share" }, html("summary", {}, say("Share")),
      html("label", {}, say("This state:"), " ", this.line), html("label", {}, say("Open another:"), " ", this.given), worded(say("Open"), open));
  }

  tell(line) {
    this.line.value = line ? `ck.sandbox.open("${line}")` : say("not to be shared: this copy is in this notebook alone");
  }
}

function render({ model, el }) {
  speak(model.get("words"));
  const bench = new Bench(model);
  const hear = (message) => { if (message.settled) bench.settle(false); };
  let waiting = null; // several traits change together: one picture for all of them
  const follow = () => { clearTimeout(waiting); waiting = setTimeout(() => bench.follow(), 0); };
  const heard = ["change:data", "change:done", "change:undone", "change:notice", "change:level"];
  for (const name of heard) model.on(name, follow);
  model.on("msg:custom", hear);
  bench.follow();
  el.append(bench.root);
  return () => {
    clearTimeout(waiting);
    bench.close();
    for (const name of heard) model.off(name, follow);
    model.off("msg:custom", hear);
  };
}

export default { render };
