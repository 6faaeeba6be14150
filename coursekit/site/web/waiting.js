// On a live lesson's page: says what is waited for until Python answers, and leads back to the front page.
// `data-waits` and `data-back` are its words, `data-root` is the way to the root of the site.
(() => {
  const { waits, back, root } = document.currentScript.dataset;
  const bar = Object.assign(document.createElement("p"), { id: "ck-waiting" });
  bar.setAttribute("role", "status");
  bar.style.cssText = "position:fixed;z-index:99;bottom:0;inset-inline:0;margin:0;padding:9px 16px;font:15px/1.4 system-ui,sans-serif;background:#1a2531;color:#fff;display:flex;gap:16px;justify-content:space-between";
  const home = Object.assign(document.createElement("a"), { href: `${root}index.html`, textContent: back });
  home.style.color = "inherit";
  bar.append(Object.assign(document.createElement("span"), { textContent: waits }), home);
  document.addEventListener("DOMContentLoaded", () => document.body.append(bar));
  const look = setInterval(() => {
    const kernel = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
    if (!kernel || !["idle", "busy"].includes(kernel.status)) return;
    clearInterval(look);
    kernel.info.then(() => bar.remove());
  }, 150);
})();
