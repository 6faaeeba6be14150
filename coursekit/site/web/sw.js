// Keeps what was seen of this build, so that it is there without a network. One build, one cache; a new build is fetched
// when the last page of the old one is closed. Nothing of another site is asked for, kept or answered.

const CACHE = "coursekit-BUILD";
const root = new URL("./", self.location);
const RUNTIME = ["boot.mjs", "unpack.mjs", "early.mjs", "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "files.bin", "snapshot.bin"];

self.addEventListener("install", (event) => event.waitUntil(caches.open(CACHE).then((cache) => cache.add(new URL("index.html", root)))));
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("coursekit-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

// A folder is its index.html; what stands behind "?" chooses within a page, and is no other file.
function named(request) {
  const url = new URL(request.url);
  url.search = url.hash = "";
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  return url.href;
}

async function answer(request) {
  const cache = await caches.open(CACHE), name = named(request);
  const kept = await cache.match(name);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && fresh.status === 200) await cache.put(name, fresh.clone());
  return fresh;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("range") || !request.url.startsWith(root.href)) return;
  event.respondWith(answer(request));
});

// The first page came before this worker: it says what it has loaded, and that is kept, from the browser's own cache.
self.addEventListener("message", ({ data, ports: [port] }) => {
  const urls = [...data.urls, ...(data.live ? RUNTIME.map((name) => new URL(`live/static/runtime/${name}`, root).href) : [])];
  const kept = (async () => {
    const cache = await caches.open(CACHE);
    for (const url of new Set(urls.filter((each) => each.startsWith(root.href)))) {
      const request = new Request(url), name = named(request);
      if (!(await cache.match(name))) await answer(request).catch(() => {});
    }
  })();
  kept.then(() => port?.postMessage("kept"));
});
