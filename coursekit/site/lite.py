"""JupyterLite with the released lessons, and Python that wakes from a snapshot instead of starting.

    jupyter lite build         the app, its extensions, the lessons as contents; `pyodideUrl` is our boot module
    runtime/ beside it         Pyodide from npm, boot.mjs, files.bin and snapshot.bin (make.mjs writes the last two)
    each app's index.html      early.js first in <head>, so that Python begins before the app

Neighbours: sources lays out the packages; node does the freezing.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from coursekit import lab
from coursekit.errors import CourseError, ToolMissing
from coursekit.language import LANGUAGES, _, speaking
from coursekit.site import sources
from coursekit.site.lessons import released
from coursekit.site.page import NAMES, edition

PYODIDE = "314.0.7"  # a snapshot belongs to one build: npm's package by version, whose digest npm verifies
OF_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
RUNTIME = Path(__file__).parent / "runtime"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")
APP = "notebooks"
# Named so that the kernel does not look for them: they are all in the snapshot.
NOT_TO_LOAD = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
# What no lesson uses costs a second at each start.
OFF = (
    *(
        f"@jupyterlab/{name}-extension"
        for name in (
            *("debugger", "toc", "help", "lsp", "extensionmanager", "celltags", "csvviewer", "pdf", "vega5", "mermaid"),
            *("json", "javascript", "audio", "video", "hub", "running", "logconsole", "metadataform", "tooltip"),
        )
    ),
    *(f"@jupyter-notebook/{name}-extension" for name in ("tree", "terminal", "console")),
    *(f"@jupyter-notebook/notebook-extension:{name}" for name in ("trusted", "kernel-logo", "checkpoints")),
    *("@jupyterlab/notebook-extension:toc", "@jupyterlab/notebook-extension:language-server"),
    *(
        "@jupyterlab/notebook-extension:update-raw-mimetype",
        "@jupyterlite/application-extension:lsp-connection-manager",
    ),
    "@jupyterlite/services-extension:service-worker-manager",
    "@jupyterlite/application-extension:service-worker-manager",
)


def build(out: Path, work: Path) -> None:
    """Writes the app, all lessons in all languages, and the runtime to `out`; `work` is a folder for the moment.

    Raises: ToolMissing without node, npm or JupyterLite; CourseError where one of them fails, with its last words.
    """
    node, npm = _program("node"), _program("npm")
    extension = labextension(KERNEL)
    runtime = out / "static" / "runtime"
    _run_lite(out, work)
    runtime.mkdir(parents=True)
    for name in OF_PYODIDE:
        shutil.copy(_pyodide(npm) / name, runtime)
    for name in ("boot.mjs", "unpack.mjs"):
        shutil.copy(RUNTIME / name, runtime)
    sources.lay_out(work / "packages", extension)
    run([node, str(RUNTIME / "make.mjs"), str(runtime), str(work / "packages")])
    _start_early(out, runtime)


def labextension(name: str) -> Path:
    """Where an extension of JupyterLab is installed. Raises: ToolMissing."""
    found = Path(sys.prefix, "share", "jupyter", "labextensions", name)
    if not found.is_dir():
        raise ToolMissing(_("{name} is not installed: pip install 'coursekit[site]'").format(name=name))
    return found


def _program(name: str) -> str:
    """A program on PATH, or among this environment's own. Raises: ToolMissing."""
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{Path(sys.executable).parent}"
    found = shutil.which(name, path=path)
    if found is None:
        raise ToolMissing(_("{name} is missing: install Node.js 20 or newer, with npm").format(name=name))
    return found


def run(command: Sequence[str], cwd: Path | None = None) -> None:
    """Runs a tool of the build. Raises: CourseError with its last lines."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
    if done.returncode:
        last = [line[:300] for line in (done.stdout + done.stderr).splitlines()[-12:]]
        raise CourseError("\n".join([_("{name} failed:").format(name=Path(command[0]).name), *last]))


def _pyodide(npm: str) -> Path:
    """Pyodide as npm has it, fetched once for a machine."""
    place: Path = user_cache_path("coursekit") / f"pyodide-{PYODIDE}"
    if not (place / OF_PYODIDE[-1]).exists():
        place.mkdir(parents=True, exist_ok=True)
        try:
            run([npm, "pack", f"pyodide@{PYODIDE}", "--silent"], cwd=place)
        except CourseError as problem:
            raise ToolMissing(_("npm gives no Pyodide: {problem}").format(problem=problem)) from problem
        with tarfile.open(place / f"pyodide-{PYODIDE}.tgz") as packed:
            for name in OF_PYODIDE:
                member = packed.getmember(f"package/{name}")
                member.name = name
                packed.extract(member, place, filter="data")
    return place


def _run_lite(out: Path, work: Path) -> None:
    """The app itself, made from nothing: what an earlier build left is not looked at."""
    for language in LANGUAGES:
        shutil.copytree(lab.LESSONS / language, work / "files" / edition(language), dirs_exist_ok=True)
    config = {
        "LiteBuildConfig": {
            "contents": ["files"],
            "apps": [APP],
            "no_sourcemaps": True,
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(labextension(name)) for name in EXTENSIONS],
            "output_dir": str(out),
        }
    }
    (work / "jupyter_lite_config.json").write_text(json.dumps(config), encoding="utf-8")
    (work / "overrides.json").write_text(json.dumps(_settings()), encoding="utf-8")
    run([sys.executable, "-m", "jupyterlite_core", "build"], cwd=work)
    place = out / "jupyter-lite.json"
    told = json.loads(place.read_text("utf-8"))
    page = told["jupyter-config-data"]
    page["appName"] = "coursekit"
    page["exposeAppInBrowser"] = True  # the bar above it asks it things (live.js)
    page["contentsStorageName"] = page["settingsStorageName"] = "coursekit"
    page["disabledExtensions"] = sorted({*page.get("disabledExtensions", ()), *OFF})
    page.setdefault("litePluginSettings", {})[f"{KERNEL}:kernel"] = {
        "disablePyPIFallback": True,
        "pyodideUrl": "./static/runtime/boot.mjs",
        "loadPyodideOptions": {"packages": NOT_TO_LOAD},
    }
    place.write_text(json.dumps(told, indent=1), encoding="utf-8")


def _words() -> dict[str, dict[str, Any]]:
    """What the bar above a live lesson says, by the folder of the lesson's language."""
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            told[edition(language)] = {
                "waits": _("Python is starting. Read on: cells that you run meanwhile wait for it."),
                "back": _("All lessons"),
                "next": _("Next lesson"),
                "name": NAMES[language],
                "lessons": [{"name": each.name, "question": each.question} for each in released(language)],
            }
    return told


def _settings() -> dict[str, object]:
    """What differs from JupyterLite's own: no news, no header of its own (live.js has one), no menus that no lesson needs."""
    unused = ("settings", "help")
    return {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
        "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 10},  # seconds
        "@jupyterlab/mainmenu-extension:plugin": {
            "menus": [{"id": f"jp-mainmenu-{name}", "disabled": True} for name in unused]
        },
        "@jupyter-notebook/application-extension:top": {"visible": "no"},
    }


def _start_early(out: Path, runtime: Path) -> None:
    """early.mjs with the name of the kernel's worker, and early.js at the top of each page that has a kernel."""
    static = out / "extensions" / KERNEL / "static"
    [worker] = static.glob("comlink.worker.*.js")
    early = (RUNTIME / "early.mjs").read_text("utf-8")
    (runtime / "early.mjs").write_text(early.replace("COMLINK", os.path.relpath(worker, runtime)), encoding="utf-8")
    script = (RUNTIME / "early.js").read_text("utf-8")
    page = out / APP / "index.html"
    text = script.replace("EARLY", "../static/runtime/early.mjs")
    found = page.read_text("utf-8")
    late = '<script src="../../assets/offline.js" data-root="../../" data-live="yes" async></script>'
    says = (
        '<link rel="stylesheet" href="../../assets/live.css">\n'
        f'<script src="../../assets/live.js" data-root="../../" data-words="{escape(json.dumps(_words()))}"></script>'
    )
    found = re.sub("<head>", lambda _found: f"<head>\n<script>\n{text}</script>\n{says}", found, count=1)
    page.write_text(found.replace("</body>", f"{late}</body>"), encoding="utf-8")
