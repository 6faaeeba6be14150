// Python as it stood at the end of the build: a snapshot of its memory, and the files that it may still read.
//
// JupyterLite's kernel loads Pyodide from here: this module is its `pyodideUrl`. Python begins to start as soon as the
// module is imported, which early.mjs does before the app asks for a kernel. The snapshot belongs to this very build
// of Pyodide: both are made in one step (make.mjs).

import { loadPyodide as load } from "./pyodide.mjs";
import createModule from "./pyodide.asm.mjs";
import { NOTHING_TO_LOAD, unpack } from "./unpack.mjs";

const PAGE = 65536; // bytes of WebAssembly memory
const KEPT = "/home/pyodide/kept"; // what outlives the page: answers and progress, in the browser's own database

const bytes = async (name) => {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name} could not be loaded: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

// The memory is as large as the snapshot before it is copied in: INITIAL_MEMORY is not heeded by a module that exports it.
function roomFor(size) {
  return (settings) => {
    const instantiate = settings.instantiateWasm;
    settings.instantiateWasm = (imports, done) =>
      instantiate(imports, (instance, module) => {
        const memory = instance.exports.memory;
        const missing = size - memory.buffer.byteLength;
        if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
        done(instance, module);
      });
    return createModule(settings);
  };
}

// A browser that keeps nothing (private windows of some) is none the worse until the page is left.
async function keep(FS) {
  try {
    FS.mkdirTree(KEPT);
    FS.mount(FS.filesystems.IDBFS, { autoPersist: true }, KEPT);
    await new Promise((resolve, reject) => FS.syncfs(true, (problem) => (problem ? reject(problem) : resolve())));
  } catch (problem) {
    console.warn("What you answer is not kept over a reload here:", problem);
  }
}

async function start() {
  const [snapshot, archive] = await Promise.all([bytes("snapshot.bin"), bytes("files.bin")]);
  const pyodide = await load({
    indexURL: new URL("./", import.meta.url).href,
    lockFileContents: NOTHING_TO_LOAD,
    convertNullToNone: true, // what a card says is JSON; coursekit_warm sends null back for None
    _loadSnapshot: snapshot,
    createPyodideModule: roomFor(snapshot.length),
  });
  unpack(pyodide.FS, archive);
  await keep(pyodide.FS);
  const language = new URL(self.location.href).searchParams.get("lang") ?? "en"; // early.js says it to the worker
  pyodide.runPython(`import coursekit_warm; coursekit_warm.awake(${JSON.stringify(language)})`);
  return pyodide;
}

const started = start();
export const loadPyodide = () => started;
