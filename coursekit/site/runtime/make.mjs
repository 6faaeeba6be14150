// Under node, once for a site: compiles the packages with the browser's own Python, packs them, and freezes the memory.
//
//   node make.mjs RUNTIME SOURCES     RUNTIME has pyodide and boot.mjs; SOURCES is laid out as site-packages
//
// Writes files.bin and snapshot.bin into RUNTIME.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [runtime, sources] = process.argv.slice(2).map((path) => resolve(path));
const url = (name) => pathToFileURL(join(runtime, name)).href;
const { loadPyodide } = await import(url("pyodide.mjs"));
const { NOTHING_TO_LOAD, unpack } = await import(url("unpack.mjs"));
const packing = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "pack.py"), "utf8");

// The kernel takes the streams over, and with them the words of an error: they are brought back as a value.
const FREEZE = `
import importlib, traceback
importlib.invalidate_caches()
import coursekit_warm
problem = ""
try:
    coursekit_warm.freeze()
except BaseException:
    problem = traceback.format_exc()
problem
`;

async function pack() {
  const pyodide = await loadPyodide({ indexURL: runtime, lockFileContents: NOTHING_TO_LOAD });
  pyodide.FS.mkdirTree("/sources");
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: sources }, "/sources");
  pyodide.runPython(packing);
  const packed = pyodide.globals.get("packed")("/sources");
  const view = packed.getBuffer();
  const archive = view.data.slice();
  view.release();
  return archive;
}

async function freeze(archive) {
  const pyodide = await loadPyodide({ indexURL: runtime, lockFileContents: NOTHING_TO_LOAD, _makeSnapshot: true });
  unpack(pyodide.FS, archive);
  const problem = pyodide.runPython(FREEZE);
  if (problem) throw new Error(problem);
  return pyodide.makeMemorySnapshot();
}

try {
  const archive = await pack();
  writeFileSync(join(runtime, "files.bin"), archive);
  writeFileSync(join(runtime, "snapshot.bin"), await freeze(archive));
} catch (problem) {
  console.error(problem.message); // node would print the whole line of minified code before it
  process.exit(1);
}
