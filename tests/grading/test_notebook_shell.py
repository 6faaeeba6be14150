"""A notebook's outputs from the fork of a warm shell are those of the kernel that nbgrader would have started."""

import re
import sys
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.grading.classroom.worker import execute
from coursekit.grading.sandbox.boxes import NOTEBOOK, Boxes
from tests.tools import PATIENCE, needs

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="forks")]

CELLS = (
    "print('a'); print('b', end='')\nimport sys\nprint('c', file=sys.stderr); print('d')",
    "1 + 1",
    "None",
    "'text;'",
    "{'a': [1, b'x']}",
    "from IPython.display import HTML, Image, Markdown, clear_output, display\nHTML('<b>x</b>')",
    "display(Markdown('*x*'), 3)\n4",
    "shown = display('first', display_id=True)",
    "shown.update('second')",
    "print('gone')\nclear_output()\nprint('kept')",
    "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "1 / 0",
    "def f(:",
    "print('before')\nraise ValueError('said')",
    "import warnings\nwarnings.warn('careful')",
    "!echo shell",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "input('?')",
    "class Odd:\n    def __repr__(self): raise TypeError('no repr')\nOdd()",
    "class B:\n    def _repr_mimebundle_(self, **_): return {'text/plain': '2', 'application/a+json': {'a': 1}}\nB()",
    "%%capture caught\nprint('hidden')",
    "print(caught.stdout)",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "plt.plot([1, 2]);",
    "%timeit -n1 -r1 -q pass",
    "In[1][:5], Out[2], _, __name__",
    "sys.stdout.write('x')",
    "import coursekit as ck\nck.Overlay(lowerdir=[{'/etc/hosts': 'mine'}])",
    "import logging\nlogging.warning('logged')",
    "raise SystemExit",
    "print('still here')",
)


def plain(cells: list[list[Any]]) -> list[list[Any]]:
    """The outputs without what differs from run to run: counts, addresses, names of files, pictures' bytes."""
    return [_joined([_plain(output) for output in outputs]) for outputs in cells]


def _joined(outputs: list[Any]) -> list[Any]:
    """All of stdout in one, and of stderr: a kernel holds the one back and not the other, so their order is chance."""
    texts: dict[str, str] = {}
    for kind, text in outputs:
        if kind in ("stdout", "stderr"):
            texts[kind] = texts.get(kind, "") + text
    return [*sorted(texts.items()), *(each for each in outputs if each[0] not in texts)]


def _plain(output: Any) -> Any:
    kind = output["output_type"]
    if kind == "stream":
        return (output["name"], _text(output["text"]))
    if kind == "error":
        return (kind, (output["ename"], _text(output["evalue"])))
    data = {name: "…" if name.startswith("image/") else _text(str(each)) for name, each in output["data"].items()}
    return (kind, data)


def _text(text: str) -> str:
    text = re.sub(r"(?:/tmp/ipykernel_\d+/)?\b\d+\.py|<ipython-input-\d+-[0-9a-f]+>|/tmp/student/\S+", "<cell>", text)
    return re.sub(r"0x[0-9a-f]+", "0x", text).replace("\r\n", "\n")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], list[Any]]:
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    place = str(tmp_path_factory.mktemp("kernel"))
    NotebookClient(
        notebook, allow_errors=True, kernel_name="python3", timeout=PATIENCE, resources={"metadata": {"path": place}}
    ).execute()
    with Boxes() as boxes:
        ran = execute(
            boxes.notebook, [*CELLS, "import os\n_ = os.system('echo system')"], {}, "", limits=NOTEBOOK, seconds=60
        )
    assert ran.cells[len(CELLS)][0] == [{"output_type": "stream", "name": "stdout", "text": "system\n"}]
    assert not ran.stopped
    have = [ran.cells[number][0] for number in range(len(CELLS))]
    return plain(have), plain([cell.outputs for cell in notebook.cells])


@needs("bwrap")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(len(CELLS)), ids=lambda number: CELLS[number][:30].replace("\n", " "))
def test_a_cell_shows_what_a_kernel_shows(both: tuple[list[Any], list[Any]], number: int) -> None:
    have, want = both
    assert have[number] == want[number]
