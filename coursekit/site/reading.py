"""A lesson as a page to read: its text, its code and what that shows, with players that need no kernel.

The released notebook is run cell by cell in a shell of this process. What a cell gives is taken as the object that it
is: a player's scene is data that the page's own player steps through; everything else is shown as it shows itself.
What waits for an answer is not run: the page shows the question, and links to the lesson live.

Neighbours: lessons reads the notebook, page is the shell.
"""

import gc
import json
import os
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir
from html import escape
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets.config import Config

from coursekit.diagrams.recorded import recorded
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.svg import figure
from coursekit.language import _
from coursekit.site.front import live
from coursekit.site.lessons import Lesson
from coursekit.site.page import Page, edition
from coursekit.widgets.player import Player

_ASKS = re.compile(r"\bck\.(check|hint|progress|question|start)\(")
_CELL_LINK = re.compile(r'href="#cell-id=([\w-]+)"')
_LESSON_LINK = re.compile(r'href="\.\./(\d\d-[\w-]+)/\1\.ipynb(?:#cell-id=)?([\w-]*)"')


class _Markdown(MarkdownIt):
    """The lessons' Markdown: their own pictures are drawn in it, as SVG."""

    def validateLink(self, url: str) -> bool:
        """Whether a link stays a link; markdown-it takes pictures of dots alone."""
        return url.startswith("data:image/svg+xml,") or super().validateLink(url)


_MARKDOWN = _Markdown("commonmark", {"html": True}).enable("table")
_CODE = HtmlFormatter(nowrap=True, classprefix="py-")


def pages(lessons: tuple[Lesson, ...], out: Path) -> Iterator[Page]:
    """A page for each lesson; the scenes that they play are written to `out`."""
    was = os.environ.get("COURSEKIT_HOME")
    with tempfile.TemporaryDirectory() as home, chdir(home):
        os.environ["COURSEKIT_HOME"] = home
        try:
            for number, lesson in enumerate(lessons):
                yield _page(lesson, lessons[number + 1] if number + 1 < len(lessons) else None, out)
        finally:
            os.environ.pop("COURSEKIT_HOME")
            os.environ.update({"COURSEKIT_HOME": was} if was is not None else {})


def _page(lesson: Lesson, following: Lesson | None, out: Path) -> Page:
    path = f"read/{lesson.name}"
    scenes = out / edition(lesson.language) / path
    scenes.mkdir(parents=True, exist_ok=True)
    number = 0

    def played(scene: Scene, step: int) -> str:
        nonlocal number
        number += 1
        name = f"scene-{number}.json"
        first = 0 if len(scene.frames) > 1 else step
        said = {"data": scene.to_json(), "step": first, "turned": recorded(scene)}
        (scenes / name).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        return f'<div class="played" data-scene="{name}">{figure(scene, step)}</div>'

    address = live(lesson, "../../../" if edition(lesson.language) else "../../")
    body = "\n".join(_cells(lesson, played, address))
    on = ""
    if following:
        words = escape(_("Next: {title}").format(title=following.question))
        on = f'<a class="btn" href="../{following.name}/index.html">{words}</a>'
    try_it = escape(_("Try this lesson live"))
    start = f'<a class="btn act" href="{address}">{try_it}</a>'
    return Page(
        path=path,
        title=f"{lesson.question} · coursekit",
        description=_shortened(lesson.about),
        preview=f"preview-{lesson.number}.png",
        styles=("page.css", "scene.css", "reading.css"),
        scripts=("reading.js",),
        body=f'<main id="text" class="lesson"><p class="go">{start}</p>\n{body}\n<p class="go">{start}{on}</p></main>',
    )


def _shortened(text: str, most: int = 160) -> str:
    """As much as a search engine shows, at the end of a word."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]} …"


def _cells(lesson: Lesson, played: Callable[[Scene, int], str], address: str) -> Iterator[str]:
    shell: Any = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    for said in ("write_output_prompt", "write_format_data", "finish_displayhook"):
        setattr(shell.displayhook, said, lambda *given: None)  # what a cell gives is taken as an object
    try:
        for cell in lesson.cells:
            name = escape(str(cell["id"]))
            if cell["cell_type"] == "markdown":
                yield f'<section id="{name}">{_linked(_MARKDOWN.render(cell["source"]))}</section>'
            elif shown := _code(shell, cell, played, address):
                yield f'<section id="{name}">{shown}</section>'
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # a lesson leaves it to Python to remove its folders
            shell.reset()
            gc.collect()
        InteractiveShell.clear_instance()


def _linked(html: str) -> str:
    """Links within the notebook and to other lessons, as the pages have them."""
    html = _CELL_LINK.sub(r'href="#\1"', html)
    return _LESSON_LINK.sub(lambda found: f'href="../{found[1]}/index.html{found[2] and "#" + found[2]}"', html)


def _code(shell: Any, cell: dict[str, Any], played: Callable[[Scene, int], str], address: str) -> str:
    source = cell["source"]
    asks = _ASKS.search(source)
    if asks and asks[1] in ("check", "hint", "progress", "start"):
        return ""
    text = f'<pre class="code"><code>{highlight(source, PythonLexer(), _CODE)}</code></pre>'
    if cell["metadata"].get("nbgrader", {}).get("solution"):
        return ""
    with capture_output() as caught:
        done = shell.run_cell(source, store_history=False)
    if not done.success:  # it stands on an answer that nobody gave here
        return text
    shown = [f"<pre>{escape(caught.stdout)}</pre>"] if caught.stdout.strip() else []
    shown += [_bundled(output.data) for output in caught.outputs]
    if done.result is not None:
        shown.append(_shown(shell, done.result, played))
    out = "".join(shown)
    if asks:
        words = escape(_("Answer this live"))
        where = f'<p><a class="btn" href="{address}">{words}</a></p>'
        return f'<div class="question">{out}{where}</div>'
    return f'{text}<div class="out">{out}</div>' if out else text


def _shown(shell: Any, value: Any, played: Callable[[Scene, int], str]) -> str:
    if isinstance(value, Player) and "frames" in value.data:
        return played(value.scene, value.step)
    if isinstance(value, Scene):
        return played(value, len(value.frames) - 1)
    bundle, _metadata = shell.display_formatter.format(value)
    return _bundled(bundle)


def _bundled(bundle: Any) -> str:
    """The richest form that a page can show."""
    for kind in ("text/html", "image/svg+xml"):
        if kind in bundle:
            return str(bundle[kind])
    if "text/markdown" in bundle:
        return str(_MARKDOWN.render(bundle["text/markdown"]))
    return f"<pre>{escape(str(bundle.get('text/plain', '')))}</pre>"
