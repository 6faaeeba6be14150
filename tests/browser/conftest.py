"""A JupyterLab of our own on loopback, and a real Chromium to look at it.

With COURSEKIT_SHOTS=1 screenshots go to tests/browser/shots, to be looked at; they are not kept in git.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.tools import PATIENCE, free_port

SHOTS = Path(__file__).with_name("shots")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@dataclass
class Lab:
    """A running JupyterLab: its address, the folder it serves, and where its kernels keep images and progress."""

    url: str
    folder: Path
    store: Path

    def forget(self) -> None:
        """The next kernel meets somebody who has not tried anything."""
        (self.store / "progress.json").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab over an empty folder, ended with the session."""
    folder, port = tmp_path_factory.mktemp("lab"), free_port()
    home = tmp_path_factory.mktemp("jupyter")
    nobody = {name: value for name, value in os.environ.items() if name not in ("JUPYTERHUB_USER", "COURSEKIT_STUDENT")}
    environment = {
        **nobody,  # tests of a class say who they are, in this process
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "COURSEKIT_HOME": str(home / "store"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ServerApp.port_retries=0",  # or it would go to another port, where no test asks
        "--LabApp.expose_app_in_browser=True",  # tests ask Lab's own commands, and do not hunt for menus
        "--ServerApp.ip=127.0.0.1",
    ]
    command += ["--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen([*command, f"--ServerApp.root_dir={folder}"], env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status", server)
        yield Lab(f"http://127.0.0.1:{port}", folder, home / "store")
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server.poll() is None, "JupyterLab ended at once"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                json.load(answer)
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"{url} did not answer within {PATIENCE} seconds")


def wait_for_idle(page: Any) -> None:
    """Until the status bar says that the kernel is connected and idle."""
    page.wait_for_function("() => document.querySelector('#jp-main-statusbar')?.textContent.includes('| Idle')")


def drawn(page: Any) -> None:
    """Until the browser has drawn what the page holds now."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@dataclass
class Opened:
    """A notebook opened in JupyterLab, and every address outside that the page asked for."""

    page: Any
    outside: list[str]

    def run_all(self) -> None:
        """Run All Cells, to the end of the last: every output has arrived, and the kernel is idle."""
        self.command("notebook:run-all-cells")
        wait_for_idle(self.page)

    def command(self, name: str, **arguments: Any) -> None:
        """One of JupyterLab's own commands, to its end."""
        late = f"{name} did not end within {PATIENCE} seconds"
        self.page.evaluate(
            """([name, said, late, most]) => Promise.race([
                window.jupyterapp.commands.execute(name, said).then(() => null),
                new Promise((_, fail) => setTimeout(() => fail(new Error(late)), most)),
            ])""",
            [name, arguments, late, PATIENCE * 1000],
        )

    def errors(self) -> list[str]:
        """What went wrong in any cell, as the notebook has it: of cells that are far off, the page shows nothing."""
        return list(
            self.page.evaluate(
                """() => window.jupyterapp.shell.currentWidget.content.widgets
                    .flatMap((cell) => cell.model.outputs?.toJSON() ?? [])
                    .filter((output) => output.output_type === "error")
                    .map((output) => `${output.ename}: ${output.evalue}`)"""
            )
        )

    def wear(self, theme: str) -> None:
        """Change the theme, as the settings menu does."""
        self.command("apputils:change-theme", theme=theme)
        worn = "theme => document.body.dataset.jpThemeName === theme"
        self.page.wait_for_function(worn, arg=theme)


def shoot(seen: Any, name: str, **options: Any) -> None:
    """A screenshot of a page or of a part of it, where COURSEKIT_SHOTS asks for them: all of them take minutes."""
    if os.environ.get("COURSEKIT_SHOTS"):
        SHOTS.mkdir(exist_ok=True)
        seen.screenshot(path=SHOTS / f"{name}.png", **options)


def visit(lab: Lab, browser: Any, path: str, *, height: int = 1100, **options: Any) -> Opened:
    """The notebook at `path` below the lab's folder, in a window of its own, its kernel idle. Close its context."""
    context = browser.new_context(viewport={"width": 1500, "height": height}, **options)
    context.set_default_timeout(PATIENCE * 1000)
    page, outside = context.new_page(), []
    page.on(
        "request",
        lambda sent: sent.url.startswith(("http://127.0.0.1", "data:", "blob:")) or outside.append(sent.url),
    )
    page.goto(f"{lab.url}/lab/workspaces/w{time.time_ns()}/tree/{path}?reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    wait_for_idle(page)
    return Opened(page, outside)


@pytest.fixture
def open_notebook(lab: Lab, browser: Any) -> Iterator[Callable[..., Opened]]:
    """Opens a notebook, by its path below the lab's folder, in a window of its own and waits for an idle kernel."""
    contexts = []

    def open_it(path: str, *, theme: str = "", **options: Any) -> Opened:
        if theme:
            set_theme(lab, theme)
        opened = visit(lab, browser, path, **options)
        contexts.append(opened.page.context)
        return opened

    yield open_it
    for context in contexts:
        context.close()
    set_theme(lab, "JupyterLab Light")


def saved(path: Path, before: int) -> Any:
    """The notebook, once it was saved after its file had the time `before` (ns), and is whole on disk."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if path.stat().st_mtime_ns != before:
                return nbformat.read(path, as_version=4)
        except (OSError, ValueError):  # JupyterLab is writing it
            pass
        assert time.monotonic() < end, f"{path.name} was not saved within {PATIENCE} seconds"
        time.sleep(0.25)


def set_theme(lab: Lab, theme: str) -> None:
    """The theme of windows that are opened from now on."""
    set_up(lab, "apputils-extension:themes", {"theme": theme})


def set_up(lab: Lab, plugin: str, settings: dict[str, Any]) -> None:
    """A user's settings of one of JupyterLab's plugins."""
    request = urllib.request.Request(
        f"{lab.url}/lab/api/settings/@jupyterlab/{plugin}",
        data=json.dumps({"raw": json.dumps(settings)}).encode(),
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=PATIENCE).close()
