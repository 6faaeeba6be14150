// Registers the service worker once the page has what it needs, and tells it what that was. `data-root` is the way to the
// root of the site; `data-live` says that a lesson runs here, whose Python was loaded out of this page's sight.
(() => {
  const { root, live } = document.currentScript.dataset;
  if (!("serviceWorker" in navigator)) return;
  const base = new URL(root, document.baseURI);
  async function keep() {
    await navigator.serviceWorker.register(new URL("sw.js", base), { scope: base });
    const { active } = await navigator.serviceWorker.ready;
    const urls = [document.baseURI, ...performance.getEntriesByType("resource").map((each) => each.name)];
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { document.documentElement.dataset.offline = "kept"; };
    active.postMessage({ urls, live: Boolean(live) }, [port2]);
  }
  const ready = live ? 8000 : 0; // a lesson goes on loading after its load event; its start comes first
  if (document.readyState === "complete") setTimeout(keep, ready);
  else addEventListener("load", () => setTimeout(keep, ready));
})();
