// On a live lesson's page: says what is waited for until Python answers; then a line below the lesson leads to all
// lessons, and to this lesson in another language, at the cell that is read. `data-words` are its words, by the folder of
// the language; `data-root` is the way to the root of the site.
(() => {
  const { words: told, root } = document.currentScript.dataset;
  const words = JSON.parse(told);
  const path = new URLSearchParams(location.search).get("path") ?? "";
  const folder = Object.keys(words).find((each) => each && path.startsWith(each)) ?? "";
  const { waits, back } = words[folder];
  const link = (href, text, lang = "") => Object.assign(document.createElement("a"), { href, textContent: text, lang, style: "color:inherit" });
  const here = () => window.jupyterapp?.shell?.currentWidget?.content?.activeCell?.model?.id;

  const bar = Object.assign(document.createElement("p"), { id: "ck-waiting" });
  bar.style.cssText = "position:fixed;z-index:99;bottom:0;inset-inline-end:0;margin:0;padding:9px 16px;font:15px/1.4 system-ui,sans-serif;background:#1a2531;color:#fff;display:flex;gap:16px;border-start-start-radius:10px";
  const says = Object.assign(document.createElement("span"), { textContent: waits });
  says.setAttribute("role", "status");
  bar.append(says, link(`${root}${folder}index.html`, back));
  for (const [other, { name }] of Object.entries(words)) {
    if (other === folder) continue;
    const same = link("", name, other.slice(0, 2) || "en");
    const lead = () => { same.href = `?path=${other}${path.slice(folder.length)}${here() ? `#cell-id=${here()}` : ""}`; };
    lead();
    same.addEventListener("click", lead);
    bar.append(same);
  }
  document.addEventListener("DOMContentLoaded", () => document.body.append(bar));
  const look = setInterval(() => {
    const kernel = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
    if (!kernel || !["idle", "busy"].includes(kernel.status)) return;
    clearInterval(look);
    kernel.info.then(() => says.remove());
  }, 150);
})();
