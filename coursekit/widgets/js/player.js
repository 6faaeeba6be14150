// The player: a scene played, stepped forward and back, scrubbed and searched here in the browser, without the kernel.
// `Controls` moves through the steps, `Looking` (looking.js) searches, filters and zooms, `Inspector` (inspect.js) says
// what a file is; `Player` puts them around a stage, with the same keys for all of it.

const ICONS = {
  first: ["First step", "M4 3h3v14H4zM17 3v14L8 10z"],
  back: ["Step back", "M14 3v14L5 10z"],
  play: ["Play", "M5 3l12 7-12 7z"],
  pause: ["Pause", "M5 3h4v14H5zM11 3h4v14h-4z"],
  next: ["Step forward", "M6 3v14l9-7z"],
  last: ["Last step", "M13 3h3v14h-3zM3 3v14l9-7z"],
  smaller: ["Zoom out", "M4 9h12v2H4z"],
  larger: ["Zoom in", "M4 9h12v2H4zM9 4h2v12H9z"],
  whole: ["Fit the width", "M3 3h6v2H5v4H3zM11 3h6v6h-2V5h-4zM3 11h2v4h4v2H3zM15 11h2v6h-6v-2h4z"],
  undo: ["Undo", "M8 3v4h4a5 5 0 010 10H7v-2.4h5a2.6 2.6 0 000-5.2H8V13L2.500 8z"],
  redo: ["Redo", "M12 3v4H8a5 5 0 000 10h5v-2.4H8a2.600 2.600 0 010-5.2h4V13l5.500-5z"],
  reset: ["Start over", "M10 3a7 7 0 11-6.600 4.700l2.200.8A4.700 4.700 0 1010 5.300V8.500L5.500 4.200 10 0z"],
};
const SPEEDS = [["slow", 2600], ["normal", 1500], ["fast", 700]];
const KEYS = [
  ["← →", "a step back, a step forward"],
  ["Home End", "the first step, the last"],
  ["P", "play, pause"],
  ["B N", "a step back, the next; also while a file is chosen in the picture"],
  ["arrows in the picture", "from file to file"],
  ["Enter", "what a file is, and its history; Escape closes it"],
  ["/", "find"],
  ["+ − 0", "zoom in, out, fit"],
];

function icon(name) {
  const picture = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
  picture.append(svg("path", { d: ICONS[name][1] }));
  return picture;
}

function button(name, press) {
  const element = html("button", { type: "button", class: "ck-icon", "aria-label": ICONS[name][0], title: ICONS[name][0] }, icon(name));
  element.addEventListener("click", press);
  return element;
}

function dress(element, name) {
  element.replaceChildren(icon(name));
  element.setAttribute("aria-label", ICONS[name][0]);
  element.title = ICONS[name][0];
}

function chooser(name, options, change) {
  const select = html("select", { "aria-label": name }, ...options.map(([text, value]) => html("option", { value }, text)));
  select.addEventListener("change", () => change(select.value));
  return select;
}

// Opens and closes; what is inside is made when it is first wanted.
function folded(name, fill) {
  const body = html("div", {}), root = html("details", {}, html("summary", {}, name), body);
  root.addEventListener("toggle", () => root.open && fill(body));
  root.refresh = () => root.open && fill(body);
  return root;
}

class Controls {
  constructor(player) {
    this.player = player;
    this.timer = null;
    this.pace = 1500;
    this.first = button("first", () => player.walk(0));
    this.back = button("back", () => player.walk(player.step - 1));
    this.play = button("play", () => this.toggle());
    this.next = button("next", () => player.walk(player.step + 1));
    this.last = button("last", () => player.walk(player.last));
    this.scrub = html("input", { type: "range", min: 0, step: 1, "aria-label": "Step" });
    this.scrub.addEventListener("input", () => player.walk(Number(this.scrub.value)));
    this.count = html("span", { class: "ck-count" });
    this.speed = chooser("Speed", SPEEDS, (pace) => { this.pace = Number(pace); if (this.timer) { this.stop(); this.start(); } });
    this.speed.value = "1500";
    this.motion = html("input", { type: "checkbox" });
    this.motion.checked = !STILL.matches;
    this.root = html("div", { class: "ck-controls", role: "group", "aria-label": "Steps" },
      this.first, this.back, this.play, this.next, this.last, this.scrub, this.count, this.speed,
      html("label", { class: "ck-motion" }, this.motion, " motion"));
  }

  // How long what changes is seen to move: 0 where motion is off.
  get duration() { return this.motion.checked ? Math.min(450, this.pace * 0.6) : 0; }

  start() {
    const { player } = this;
    if (player.step === player.last) player.go(0);
    dress(this.play, "pause");
    this.timer = setInterval(() => (player.step === player.last ? this.stop() : player.go(player.step + 1)), this.pace);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    dress(this.play, "play");
  }

  toggle() { this.timer ? this.stop() : this.start(); }

  tell(step, last, caption) {
    this.root.hidden = last === 0;
    const place = `step ${step + 1} of ${last + 1}`;
    this.count.textContent = place;
    this.scrub.max = last;
    this.scrub.value = step;
    this.scrub.setAttribute("aria-valuetext", `${place}: ${caption}`);
    this.first.disabled = this.back.disabled = step === 0;
    this.next.disabled = this.last.disabled = step === last;
    if (step === last && this.timer) this.stop();
  }
}

class Player {
  // `told` hears of each step; `ask` is called for a file whose detail did not come with the scene.
  constructor({ told = () => {}, ask = null, keys = {}, help = [] } = {}) {
    this.told = told;
    this.ask = ask;
    this.controls = new Controls(this);
    this.looking = new Looking(this);
    this.inspector = new Inspector(this);
    this.caption = html("p", { class: "ck-caption", "aria-live": "polite", role: "status" });
    this.notice = html("p", { class: "ck-notice", role: "status" });
    this.aside = html("p", { class: "ck-aside", hidden: "" });
    this.title = html("div", { class: "ck-title" });
    this.viewport = html("div", { class: "ck-viewport" });
    this.views = html("div", { class: "ck-views" });
    this.steps = folded("Steps", (body) => this.list(body));
    this.table = folded("As a table", (body) => tabulate(body, this.stage));
    const shortcuts = folded("Keys", (body) => describe(body, [...KEYS, ...help]));
    this.root = html("div", { class: "ck-player", role: "group" },
      html("div", { class: "ck-head" }, this.title, this.looking.root), this.notice, this.views, this.caption, this.controls.root,
      this.inspector.root, html("div", { class: "ck-more" }, this.steps, this.table, shortcuts), this.aside);
    this.keys = { ...this.defaults(), ...keys };
    this.root.addEventListener("keydown", (event) => this.press(event));
    this.release = keysAreOurs(this.root);
  }

  get step() { return this.stage.step; }
  get last() { return this.stage.reel.frames.length - 1; }

  load(scene, step, notice = "", aside = "") {
    this.controls.stop();
    for (const [place, text] of [[this.notice, notice], [this.aside, aside]]) [place.textContent, place.hidden] = [text, !text];
    this.title.textContent = scene.title ?? "";
    this.root.setAttribute("aria-label", scene.title || "Diagram");
    const empty = !scene.frames?.length;
    for (const part of [this.views, this.caption, this.controls.root, this.looking.root, this.steps.parentNode]) part.hidden = empty;
    if (empty) return;
    this.stage = new Stage(scene, (group, box) => this.dress(group, box));
    this.inspector.load(scene);
    this.goal = scene.goal ? new Goal(scene.goal) : null;
    this.viewport.replaceChildren(this.stage.picture);
    this.viewport.setAttribute("tabindex", 0);
    this.viewport.setAttribute("role", "group");
    this.viewport.setAttribute("aria-label", "Picture");
    this.views.replaceChildren(this.viewport, ...(this.goal ? [this.goal.root] : []));
    this.stage.picture.style.setProperty("--natural", `${scene.width}px`);
    this.show(Math.min(Math.max(step, 0), this.last));
    this.looking.load();
  }

  dress(group, box) {
    this.looking.faint(group, box);
    this.inspector.dress(group, box);
  }

  show(step) {
    this.stage.show(step, this.controls.duration);
    const { caption } = this.stage.reel.frames[step];
    this.caption.textContent = caption;
    this.controls.tell(step, this.last, caption);
    this.inspector.settle();
    this.table.refresh();
    if (this.list.select) this.list.select.value = step;
    this.goal?.compare(this.stage);
    this.looking.follow();
  }

  go(step) {
    const target = Math.min(Math.max(step, 0), this.last);
    if (target === this.step) return;
    this.show(target);
    this.told(target);
  }

  walk(step) {
    this.controls.stop();
    this.go(step);
  }

  // A native list, made when it is opened: ten thousand steps are quick in it, and it has a keyboard of its own.
  list(body) {
    const select = html("select", { size: Math.min(8, this.last + 1), "aria-label": "Jump to a step", class: "ck-steps" });
    select.append(...this.stage.reel.frames.map((frame, step) => html("option", { value: step }, `${step + 1}. ${frame.caption}`)));
    select.value = this.step;
    select.addEventListener("change", () => this.walk(Number(select.value)));
    this.list.select = select;
    body.replaceChildren(select);
  }

  defaults() {
    const { controls, looking } = this;
    return {
      ArrowLeft: () => this.walk(this.step - 1), ArrowRight: () => this.walk(this.step + 1), Home: () => this.walk(0), End: () => this.walk(this.last),
      b: () => this.walk(this.step - 1), n: () => this.walk(this.step + 1), p: () => controls.toggle(),
      "/": () => looking.find.focus(), "+": () => looking.scale(1), "-": () => looking.scale(-1), 0: () => looking.scale(0),
      Escape: () => this.inspector.close(),
    };
  }

  // Keys typed into a field or a list are its own; with a file chosen in the picture, arrows go from file to file.
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // whatever is typed here is no command of the notebook
    const field = event.target.closest("input, select, textarea");
    if (field && !(field.type === "checkbox" && event.key.length === 1)) return void (event.key === "Escape" && field.blur());
    if (!this.stage) return;
    const act = this.inspector.key(event) ?? this.keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  close() {
    this.controls.stop();
    this.release();
  }
}
