// What the browser tests ask of a page: the picture at each step, the contrast of its text, how fast it moves, what axe finds.
// tests/browser/seeing.py reads this file.

const seeing = {};

// Steps a player to its end and back, without motion; says where going back shows another picture than going there did.
seeing.steps = async (root) => {
  const seen = () => [...root.querySelectorAll(".ck-viewport:first-child .ck-scene [data-id]")]
    .map((group) => `${group.dataset.id} ${group.getAttribute("class")} ${group.innerHTML}`)
    .sort().join("\n");
  const motion = root.querySelector(".ck-motion input"), moved = motion.checked;
  const press = (name) => root.querySelector(`.ck-controls button[aria-label="${name}"]`).click();
  const caption = root.querySelector(".ck-caption");
  motion.checked = false;
  press("First step");
  const last = Number(root.querySelector(".ck-controls input[type=range]").max);
  const pictures = [seen()], captions = [caption.textContent], differ = [];
  for (let step = 1; step <= last; step++) { press("Step forward"); pictures.push(seen()); captions.push(caption.textContent); }
  for (let step = last - 1; step >= 0; step--) { press("Step back"); if (seen() !== pictures[step]) differ.push(step); }
  press("Last step");
  if (seen() !== pictures[last]) differ.push(last);
  motion.checked = moved;
  return { steps: last + 1, differ, captions, live: caption.getAttribute("aria-live") };
};

// Goes to a step at once; negative ones count from the end.
seeing.go = (root, step) => {
  const scrub = root.querySelector(".ck-controls input[type=range]"), last = Number(scrub.max);
  scrub.value = Math.max(0, Number(step) < 0 ? last + 1 + Number(step) : Number(step));
  scrub.dispatchEvent(new Event("input"));
};

// The least contrast of any text in a picture with what is painted below it: all rectangles under its middle, in order.
seeing.contrast = (root) => {
  const parse = (text) => { const [r, g, b, a = 1] = (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const light = (color) => {
    const [r, g, b] = color.map((part) => part / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let page = [255, 255, 255, 1];
  const layers = [];
  for (let element = root; element; element = element.parentElement) layers.unshift(parse(getComputedStyle(element).backgroundColor));
  for (const layer of layers) page = over(layer, page);
  let worst = { ratio: 21, text: "" };
  for (const picture of root.querySelectorAll("svg.ck-scene")) {
    const parts = [...picture.querySelectorAll("rect, text")];
    for (const text of parts) {
      if (text.tagName !== "text" || !text.textContent) continue;
      const box = text.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
      let below = page;
      for (const rect of parts.slice(0, parts.indexOf(text))) {
        if (rect.tagName !== "rect") continue;
        const { left, right, top, bottom } = rect.getBoundingClientRect();
        if (x < left || x > right || y < top || y > bottom) continue;
        const style = getComputedStyle(rect), [r, g, b, a] = parse(style.fill);
        if (style.fill !== "none") below = over([r, g, b, a * Number(style.fillOpacity)], below);
      }
      const ink = over(parse(getComputedStyle(text).fill), below), [one, other] = [light(ink), light(below)].sort((p, q) => q - p);
      const ratio = (one + 0.05) / (other + 0.05);
      if (ratio < worst.ratio) worst = { ratio, text: text.textContent, ink, below };
    }
  }
  return worst;
};

// How a player keeps up: frames a second while it plays, or the milliseconds of work of a step, or of a jump anywhere.
seeing.frames = async (root, what) => {
  const frame = () => new Promise(requestAnimationFrame);
  const rank = (times, share) => Number(times.sort((p, q) => p - q)[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1));
  if (what === "play") {
    const gaps = [];
    let before = await frame();
    const end = before + 4000;
    while (before < end) { const now = await frame(); gaps.push(now - before); before = now; }
    return { fps: Number((1000 * gaps.length / gaps.reduce((sum, gap) => sum + gap, 0)).toFixed(1)), median_gap: rank(gaps, 0.5), p95_gap: rank(gaps, 0.95) };
  }
  const scrub = root.querySelector(".ck-controls input[type=range]"), next = root.querySelector("button[aria-label='Step forward']");
  const motion = root.querySelector(".ck-motion input"), last = Number(scrub.max), work = [];
  motion.checked = what === "step";
  for (let turn = 0; turn < 30; turn++) {
    await frame();
    const start = performance.now();
    if (what === "step") next.click();
    else { scrub.value = Math.floor(last * ((turn * 0.618) % 1)); scrub.dispatchEvent(new Event("input")); }
    root.querySelector("svg").getBoundingClientRect();
    work.push(performance.now() - start);
  }
  motion.checked = true;
  return { median_ms: rank(work, 0.5), p95_ms: rank(work, 0.95) };
};

// Marks an element as one that axe-core is to look at.
seeing.mark = (root) => root.setAttribute("data-seen-by-axe", "");

// What axe-core finds in the marked elements: the rule, how grave it is, and where.
seeing.violations = async () => {
  const found = await axe.run("[data-seen-by-axe]");
  return found.violations.map((each) => [each.id, each.impact, each.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]);
};

window.seeing = seeing;
