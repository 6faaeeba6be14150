// On a live lesson's page: a bar above JupyterLite, which leads to all lessons, to the next one, and to this lesson in
// another language, at the cell that is read. Until Python answers, it says what is waited for. What was done is saved
// when the page is left. Links between notebooks lead to this page with another lesson: JupyterLite would open its file
// browser, which the site does not have. `data-words` are the bar's words, by the folder of the language; `data-root` is the way to the
// root of the site.
(() => {
  const { words: told, root } = document.currentScript.dataset;
  const words = JSON.parse(told);
  const path = new URLSearchParams(location.search).get("path") ?? "";
  const folder = Object.keys(words).find((each) => each && path.startsWith(each)) ?? "";
  const { waits, back, next, lessons } = words[folder];
  let app;
  const shown = () => app?.shell?.currentWidget;
  const here = () => shown()?.content?.activeCell?.model?.id;
  const link = (href, text, more = {}) => Object.assign(document.createElement("a"), { href, textContent: text, ...more });
  const address = (name) => `?path=${folder}${name}/${name}.ipynb`;

  const bar = Object.assign(document.createElement("header"), { id: "ck-bar" });
  const home = link(`${root}${folder}index.html`, "", { className: "home", ariaLabel: back });
  home.innerHTML = `<img src="${root}assets/icon.svg" alt="" width="26" height="26">`;
  home.append(Object.assign(document.createElement("span"), { textContent: back }));
  const says = Object.assign(document.createElement("span"), { className: "says", textContent: waits });
  says.setAttribute("role", "status");
  bar.append(home, says);

  const name = path.split("/").pop().replace(/\.ipynb$/, ""), at = lessons.findIndex((each) => each.name === name);
  if (lessons[at]) bar.append(Object.assign(document.createElement("b"), { textContent: `${name.slice(0, 2)} · ${lessons[at].question}` }));
  const after = at >= 0 && lessons[at + 1];
  if (after) bar.append(link(address(after.name), next, { className: "next", title: after.question }));
  for (const [other, { name }] of Object.entries(words)) {
    if (other === folder) continue;
    const same = link("", name, { lang: other.slice(0, 2) || "en" });
    const lead = () => { same.href = `?path=${other}${path.slice(folder.length)}${here() ? `#cell-id=${here()}` : ""}`; };
    lead();
    same.addEventListener("click", lead);
    bar.append(same);
  }
  document.addEventListener("DOMContentLoaded", () => document.body.prepend(bar));
  document.documentElement.lang = folder.slice(0, 2) || "en";

  const look = setInterval(() => {
    const kernel = shown()?.sessionContext?.session?.kernel;
    if (!kernel || !["idle", "busy"].includes(kernel.status)) return;
    clearInterval(look);
    kernel.info.then(() => says.remove());
  }, 150);
  // Where a link to a notebook leads: here, instead of to the file itself.
  Object.defineProperty(window, "jupyterapp", { configurable: true, get: () => app, set: (made) => {
    app = made;
    const { contents } = app.serviceManager, file = contents.getDownloadUrl.bind(contents);
    contents.getDownloadUrl = async (to) => (to.endsWith(".ipynb") ? `${location.origin}${location.pathname}?path=${to}` : file(to));
  } });
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]:not([href^='#'])"), to = link && new URL(link.href);
    if (to?.pathname !== location.pathname || link.closest("#ck-bar")) return;
    event.preventDefault();
    event.stopPropagation();
    if (to.searchParams.get("path") === path) shown().setFragment(to.hash);
    else location.assign(to);
  }, true);
  addEventListener("visibilitychange", () => {
    const context = shown()?.context;
    if (document.visibilityState === "hidden" && context?.model?.dirty) context.save();
  });
})();
