// At the top of <head>: starts Python's worker, and hands it to the kernel when that asks for one of its own.
// A second kernel (after a restart, of another notebook) gets a fresh worker.
(() => {
  const place = new URL("EARLY", document.baseURI);
  const [folder] = new URLSearchParams(location.search).get("path")?.split("/") ?? [""];
  if (/^[a-z]{2}$/.test(folder)) place.searchParams.set("lang", folder); // lessons in other languages lie in a folder of it
  const make = () => new Worker(place, { type: "module" });
  let early = make();
  window.Worker = new Proxy(window.Worker, {
    construct(Plain, [url, ...rest]) {
      if (!String(url).includes("comlink.worker")) return new Plain(url, ...rest);
      const worker = early ?? new Plain(place, { type: "module" });
      early = null;
      return worker;
    },
  });
})();
