"""A page that shows what a student wrote runs none of it: a preprocessor for the pages of formgrader and of feedback.

    the judge's report in a grade cell     as it stands
    other HTML and SVG output, Markdown    in a sandboxed frame: no script, no form, no request, no style for the page
    raw cells, metadata, odd ids           as text, or left out

A frame and not a filter: there is no list of dangerous markup to keep up, and a picture looks as it was drawn.
Neighbour: `nbgrader` (its configuration names it). Source: HTML, "The iframe element", sandbox.
"""

import re
from html import escape
from typing import Any

from nbconvert.filters import markdown2html
from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode

from coursekit.grading.judging.notebook import is_prose_cell, is_verdict_cell

JUDGED = "coursekit"  # in the metadata of a cell whose output the judge wrote
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HEIGHT = re.compile(r"<svg\b[^>]*?\bviewBox\s*=\s*[\"']\s*[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)", re.I)
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
_STYLE = "body{margin:4px;font:14px sans-serif}"
_KEPT = ("text/plain", "text/html", "image/svg+xml", "image/png", "image/jpeg", "image/gif")
_WIDE, _TALL, _LINE, _PICTURE = 760, 700, 24, 360  # pixels


class Fence(Preprocessor):
    """Puts what a student wrote into frames."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> Any:
        """The notebook as it may stand in a page."""
        nb.metadata = NotebookNode(
            kernelspec=NotebookNode(name="python3", display_name="Python 3", language="python"),
            language_info=NotebookNode(name="python", pygments_lexer="ipython3"),
        )
        for number, cell in enumerate(nb.cells):
            _bare(cell, number)
            if cell.cell_type == "code":
                judged = JUDGED in cell.metadata and (is_verdict_cell(cell) or is_prose_cell(cell))
                cell.outputs = [output if judged else _fenced(output) for output in cell.outputs]
            elif cell.cell_type == "markdown":
                cell.pop("attachments", None)
                if "<" in cell.source or re.search(r"script\s*:", cell.source, re.I):
                    cell.source = frame(markdown2html(cell.source))
            else:
                cell.source = escape(cell.source)
        return nb, resources


def _bare(cell: NotebookNode, number: int) -> None:
    """Leaves the metadata that nbgrader and the judge wrote, and an id that is one."""
    kept = {name: cell.metadata[name] for name in ("nbgrader", JUDGED) if name in cell.metadata}
    cell.metadata = NotebookNode(kept)
    if not _ID.fullmatch(str(cell.get("id", ""))):
        cell["id"] = f"cell-{number}"


def _fenced(output: NotebookNode) -> NotebookNode:
    if "data" not in output:
        return output
    data = NotebookNode({kind: each for kind, each in output["data"].items() if kind in _KEPT and type(each) is str})
    words = output["data"].get("text/markdown")
    if type(words) is str and "text/html" not in data:
        data["text/html"] = markdown2html(words)
    for kind in ("text/html", "image/svg+xml"):
        if kind in data:
            data["text/html"] = frame(data.pop(kind))
    output["data"] = data or NotebookNode({"text/plain": "(this output is not shown here)"})
    return output


def frame(html: str) -> str:
    """The HTML in a frame that runs nothing, asks nobody and can be made taller with the mouse.

    >>> "<script" in frame("<script>alert(1)</script>")
    False
    """
    head = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_STYLE}</style>'
    style = f"width:100%;height:{_height(html)}px;border:0;resize:vertical;overflow:auto"
    return (
        f'<iframe sandbox="" title="what the notebook showed" style="{style}" srcdoc="{escape(head + html)}"></iframe>'
    )


def _height(html: str) -> int:
    """About how tall it is: pictures by their proportions, else its lines."""
    tall = float(_PICTURE * len(re.findall(r"<img\b", html, re.I)))
    for wide, high in _HEIGHT.findall(html):
        size = float(wide) or 1.0
        tall += float(high) * min(1.0, _WIDE / size)
    lines = len(re.findall(r"<(?:p|li|tr|h\d|br|div)\b", html, re.I)) + len(re.sub(r"<[^>]*>", "", html)) // 110 + 1
    return int(min(_TALL, max(3 * _LINE, tall + _LINE * (min(lines, 8) if tall else lines) + _LINE)))
