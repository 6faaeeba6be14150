"""A lesson live in a browser: JupyterLite's own page, asked what its cells show."""

import json
from collections.abc import Sequence
from typing import Any

from tests.tools import PATIENCE

KERNEL = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status"
RUN = """async ([ids, sources]) => {
  const app = window.jupyterapp, panel = app.shell.currentWidget, notebook = panel.content;
  await panel.context.ready;
  for (const [id, source] of Object.entries(sources))
    notebook.widgets.find((each) => each.model.id === id)?.model.sharedModel.setSource(source);
  for (const id of ids) {
    notebook.activeCellIndex = notebook.widgets.findIndex((each) => each.model.id === id);
    notebook.deselectAll();
    await app.commands.execute("notebook:run-cell");
  }
}"""
OUTPUTS = """() => Object.fromEntries(window.jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === "code").map((cell) => [cell.model.id, cell.model.outputs.toJSON()]))"""


class Live:
    """One lesson open on a page of a browser's context."""

    def __init__(self, page: Any, root: str, lesson: str) -> None:
        self.page, self.lesson = page, lesson
        page.set_default_timeout(1000 * PATIENCE)
        name = lesson.rpartition("/")[2]  # "zh/00-start": a lesson in another language
        page.goto(f"{root}/live/notebooks/index.html?path={lesson}/{name}.ipynb", wait_until="commit")
        page.wait_for_selector(".jp-Cell")
        page.wait_for_function(KERNEL)

    def run(self, *ids: str, **sources: str) -> dict[str, list[dict[str, Any]]]:
        """Runs cells one after another and gives the outputs of all; `sources` are written into cells first.

        A name of `sources` has _ where the cell's id has -.
        """
        told = {name.replace("_", "-"): text for name, text in sources.items()}
        self.page.evaluate(RUN, [list(ids), told])
        return self.outputs()

    def fill(self, sources: dict[str, str], ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """The same for sources by the cells' ids."""
        self.page.evaluate(RUN, [list(ids), sources])
        return self.outputs()

    def outputs(self) -> dict[str, list[dict[str, Any]]]:
        """What each code cell shows now, by its id."""
        found: dict[str, list[dict[str, Any]]] = self.page.evaluate(OUTPUTS)
        return found

    def ids(self) -> list[str]:
        """The code cells, in order."""
        return list(self.outputs())

    def saved(self) -> None:
        """The notebook is kept in the browser."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")


def said(outputs: list[dict[str, Any]]) -> str:
    """What a cell shows, as text."""
    return "".join(
        str(each.get("text") or each.get("data", {}).get("text/plain") or json.dumps(each)) for each in outputs
    )
