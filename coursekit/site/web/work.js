// What a learner did, without Python: the lessons that JupyterLite keeps in this browser, to download; and back again.
//
//   database "coursekit", store "files"     as JupyterLite's localforage lays it out: path to a contents model
//   database "/home/pyodide/kept"           Emscripten's IDBFS: answers.json and progress.json (boot.mjs mounts it)
//
// A notebook carries its clicked answers in the outputs of its checks; brought back, they are put into answers.json again.

const EVIDENCE = "EVIDENCE_MIME"; // coursekit.exercises.evidence.MIME
const KEPT = "/home/pyodide/kept", ANSWERS = `${KEPT}/answers.json`;

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

// An open database, or null where there is none: opening must not make one, or its owner would find no stores in it.
async function existing(name) {
  if (!(await indexedDB.databases()).some((each) => each.name === name)) return null;
  return asked(indexedDB.open(name));
}

async function store(name, stores, version) {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => stores(request.result);
  return asked(request);
}

export async function kept() {
  const database = await existing("coursekit");
  if (!database?.objectStoreNames.contains("files")) return [];
  const models = await asked(database.transaction("files").objectStore("files").getAll());
  database.close();
  return models.filter((model) => model?.type === "notebook" && model.content?.cells);
}

function download(model) {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(model.content, null, 1)}\n`], { type: "application/x-ipynb+json" }));
  Object.assign(document.createElement("a"), { href: url, download: model.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// The rows of answers.json that the outputs of a notebook carry, the last of each exercise.
export function evidence(notebook) {
  const rows = {};
  for (const cell of notebook.cells) for (const { data } of cell.outputs ?? []) {
    const row = data?.[EVIDENCE];
    if (row?.exercise && "answer" in row) rows[row.exercise] = row;
  }
  return rows;
}

async function keepAnswers(rows) {
  const database = await store(KEPT, (made) => made.createObjectStore("FILE_DATA").createIndex("timestamp", "timestamp", { unique: false }), 21);
  const files = () => database.transaction("FILE_DATA", "readwrite").objectStore("FILE_DATA");
  const old = await asked(files().get(ANSWERS));
  const said = old ? JSON.parse(new TextDecoder().decode(old.contents)) : { student: null, answers: {} };
  const [first] = Object.values(rows);
  said.student ??= first?.seed ?? null;
  Object.assign(said.answers, rows);
  await asked(files().put({ timestamp: new Date(), mode: 0o100644, contents: new TextEncoder().encode(JSON.stringify(said)) }, ANSWERS));
  database.close();
}

async function keepNotebook(path, notebook) {
  const stores = (made) => ["files", "checkpoints", "counters"].forEach((name) => made.createObjectStore(name));
  const database = (await existing("coursekit")) ?? (await store("coursekit", stores, 1));
  const now = new Date().toISOString(), name = path.split("/").pop();
  const model = { name, path, content: notebook, created: now, last_modified: now, format: "json", mimetype: "application/json", size: JSON.stringify(notebook).length, type: "notebook", writable: true };
  await asked(database.transaction("files", "readwrite").objectStore("files").put(model, path));
  database.close();
}

// The folder of a notebook's language: none for English.
function edition(notebook) {
  const language = notebook.metadata?.coursekit?.language ?? "en";
  return /^(?!en)[a-z]{2}$/.test(language) ? `${language}/` : "";
}

// A notebook belongs to the lesson that its file is named after: "03-union.ipynb", "03-union (1).ipynb".
export async function bring(file, lessons) {
  const lesson = lessons.find((each) => file.name.startsWith(each));
  if (!lesson) throw new Error(`${file.name}: ?`);
  const notebook = JSON.parse(await file.text());
  if (!Array.isArray(notebook.cells)) throw new Error(file.name);
  await keepNotebook(`${edition(notebook)}${lesson}/${lesson}.ipynb`, notebook);
  const rows = evidence(notebook);
  if (Object.keys(rows).length) await keepAnswers(rows);
  return lesson;
}

const part = (key) => document.querySelector(`#work [data-part=${key}]`);
const lessons = [...document.querySelectorAll(".lessons a.read")].map((link) => link.href.split("/").at(-2));

async function list() {
  const items = (await kept()).map((model) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: model.name, lang: edition(model.content).slice(0, 2) });
    if (button.lang) button.append(` · ${button.lang}`);
    button.addEventListener("click", () => download(model));
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  part("kept").replaceChildren(...items);
}

part("bring").addEventListener("change", async ({ target }) => {
  for (const file of target.files) {
    try {
      part("brought").textContent = `✓ ${await bring(file, lessons)}`;
    } catch (problem) {
      part("brought").textContent = `✗ ${problem.message}`;
    }
  }
  target.value = "";
  await list();
});
list();
