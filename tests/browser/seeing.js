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
    const rects = [];
    for (const part of picture.querySelectorAll("rect, text")) {
      const { left, right, top, bottom } = part.getBoundingClientRect(), { fill, fillOpacity } = getComputedStyle(part);
      if (part.tagName === "rect") {
        if (fill !== "none") rects.push({ left, right, top, bottom, paint: parse(fill), opacity: Number(fillOpacity) });
        continue;
      }
      if (!part.textContent) continue;
      const x = (left + right) / 2, y = (top + bottom) / 2;
      const below = rects.filter((each) => x >= each.left && x <= each.right && y >= each.top && y <= each.bottom)
        .reduce((under, { paint: [r, g, b, a], opacity }) => over([r, g, b, a * opacity], under), page);
      const ink = over(parse(fill), below), [one, other] = [light(ink), light(below)].sort((p, q) => q - p);
      const ratio = (one + 0.05) / (other + 0.05);
      if (ratio < worst.ratio) worst = { ratio, text: part.textContent, ink, below };
    }
  }
  return worst;
};

// What is wrong with the words of a picture: out of it, on one another, out of their own box, below something painted
// later, or crossed by a line.
seeing.wrong = (picture) => {
  const whole = picture.getBoundingClientRect(), found = [];
  const painted = [...picture.querySelectorAll("rect, text, path")];
  const place = new Map(painted.map((part) => [part, part.getBoundingClientRect()]));
  const meets = (one, other, by = 1.5) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > by && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > by;
  const core = ({ left, right, top, bottom }) => ({ left: left + 1, right: right - 1, top: top + (bottom - top) * 0.22, bottom: bottom - (bottom - top) * 0.2 });
  const texts = painted.filter((part) => part.tagName === "text" && part.textContent && place.get(part).width);
  texts.forEach((text, number) => {
    const box = place.get(text), letters = core(box), said = text.textContent;
    if (box.left < whole.left - 1 || box.right > whole.right + 1 || box.top < whole.top - 2 || box.bottom > whole.bottom + 2) found.push(`${said}: out of the picture`);
    const own = text.parentNode.querySelector(":scope > rect:not(.ck-origin)"), room = own && place.get(own);
    if (room?.width > 20 && !text.hasAttribute("transform") && (box.left < room.left - 1 || box.right > room.right + 1)) found.push(`${said}: out of its box`);
    for (const other of texts.slice(number + 1)) if (meets(letters, core(place.get(other)))) found.push(`${said}: on ${other.textContent}`);
    for (const part of painted.slice(painted.indexOf(text) + 1)) {
      if (part.tagName === "text" || part.parentNode === text.parentNode || !meets(letters, place.get(part))) continue;
      if (part.tagName === "rect" ? getComputedStyle(part).fillOpacity === "1" && getComputedStyle(part).fill !== "none" : crosses(part, letters)) found.push(`${said}: under a ${part.tagName} of ${part.parentNode.getAttribute("class")}`);
    }
  });
  return found;
};

// Whether a line goes through a place on the page.
function crosses(path, place) {
  const long = path.getTotalLength(), toPage = path.getScreenCTM();
  for (let at = 0; at <= long; at += 2) {
    const { x, y } = path.getPointAtLength(at).matrixTransform(toPage);
    if (x > place.left && x < place.right && y > place.top && y < place.bottom) return true;
  }
  return false;
}

// What of a widget sticks out of it on the right, where it does not scroll; and what is too small for a finger.
seeing.cut = (root) => {
  const edge = root.getBoundingClientRect().right + 1, found = [];
  for (const part of root.querySelectorAll("button, select, input, p, summary, label, th, td, dt, dd, legend, pre, .ck-title, .ck-viewport")) {
    if (part.parentElement.closest(".ck-viewport, .ck-wide") || !part.checkVisibility()) continue;
    const { right, width, height } = part.getBoundingClientRect(), name = `${part.tagName} ${part.className} ${part.textContent.slice(0, 30)}`;
    if (width && right > edge) found.push([name, `${Math.round(right - edge)} px out`]);
    if (part.tagName === "BUTTON" && height && (height < 23.5 || width < 23.5)) found.push([name, `${width} by ${height} px`]);
  }
  return found;
};

// The steps of which nothing that is new can be seen in the picture's window, going through all of them.
seeing.unseen = (root) => {
  const motion = root.querySelector(".ck-motion input"), view = root.querySelector(".ck-viewport"), found = [];
  const moved = motion.checked, last = Number(root.querySelector(".ck-controls input[type=range]").max);
  motion.checked = false;
  seeing.go(root, 0);
  for (let step = 1; step <= last; step++) {
    root.querySelector(".ck-controls button[aria-label='Step forward']").click();
    const seen = view.getBoundingClientRect(), fresh = [...view.querySelectorAll(".ck-fresh, .ck-mark")];
    const inside = (part) => { const { left, right } = part.getBoundingClientRect(); return right > seen.left + 8 && left < seen.right - 8; };
    if (fresh.length && !fresh.some(inside)) found.push(step);
  }
  motion.checked = moved;
  return found;
};

// How many animations and transitions a step starts.
seeing.moving = (root) => {
  seeing.go(root, 0);
  root.querySelector(".ck-controls button[aria-label='Step forward']").click();
  return root.getAnimations({ subtree: true }).length;
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

// How many boxes are drawn above one that a step moves, and stand still: a browser has to put each on a layer of its own.
seeing.above = (root) => {
  seeing.moving(root);
  const boxes = [...root.querySelectorAll(".ck-viewport .ck-scene [data-id]")], moves = boxes.map((box) => box.getAnimations().length > 0);
  const first = moves.indexOf(true);
  return first < 0 ? -1 : moves.slice(first).filter((each) => !each).length;
};

// Marks an element as one that axe-core is to look at.
seeing.mark = (root) => root.setAttribute("data-seen-by-axe", "");

// What axe-core finds in the marked elements: the rule, how grave it is, and where. With rules, these alone.
seeing.violations = async (...rules) => {
  const found = await axe.run("[data-seen-by-axe]", rules.length ? { runOnly: rules } : {});
  return found.violations.map((each) => [each.id, each.impact, each.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]);
};

window.seeing = seeing;
