// The archive of pack.py, laid out in Python's file system: by boot.mjs at each visit, by make.mjs before the snapshot.

// Pyodide's list of packages: all are in the archive.
export const NOTHING_TO_LOAD = {
  info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten", version: "0", python: "3.14" },
  packages: {},
};

const SITE = "/lib/python3.14/site-packages/";

// A length of four bytes, a JSON list of [path, size], and the files one after another.
export function unpack(FS, archive) {
  const head = new DataView(archive.buffer, archive.byteOffset).getUint32(0);
  const files = JSON.parse(new TextDecoder().decode(archive.subarray(4, 4 + head)));
  let at = 4 + head, last = "";
  for (const [path, size] of files) {
    const whole = SITE + path, folder = whole.slice(0, whole.lastIndexOf("/"));
    if (folder !== last) FS.mkdirTree((last = folder));
    FS.writeFile(whole, archive.subarray(at, at + size), { canOwn: true });
    at += size;
  }
}
