"""A lesson without a kernel: as a page of HTML each scene is a figure with words, and no state of a widget is kept."""

from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from coursekit.diagrams.scenes import centos_mysql, storeys
from tests.notebooks.running import run
from tests.notebooks.sources import RELEASED

pytestmark = pytest.mark.slow

KEPT = ("import", "centos-mysql", "storeys")


def test_a_scene_of_a_lesson_is_a_figure_with_its_steps_in_words(tmp_path: Path) -> None:
    path = next(path for path in RELEASED if path.stem == "02-layers")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id in KEPT]
    assert [cell.id for cell in notebook.cells] == list(KEPT)
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    done = run(tmp_path / "lesson.ipynb", tmp_path)
    assert "application/vnd.jupyter.widget-view+json" in done.cells[1].outputs[0].data
    done.metadata.pop("widgets")  # nbclient keeps a state, which JupyterLab with the course's settings does not
    page = unescape(HTMLExporter().from_notebook_node(done)[0])
    for scene in (centos_mysql(), storeys()):
        assert f"<figcaption>{scene.frames[-1].caption}</figcaption>" in page
        assert [frame.caption for frame in scene.frames if f"<li>{frame.caption}</li>" not in page] == []
    assert page.count('class="ck-scene"') == 2
