"""A page that shows what a student wrote runs none of it, and asks nobody: for the pages of formgrader and of feedback.

    the judge's report in a grade cell   as it stands
    Markdown                             rendered, then only what an allow-list has: no id, class, style or script
    HTML and SVG that a cell showed      the same with a longer list, in a sandboxed frame, which leaves the page alone
    raw cells, metadata, odd ids         as text, or left out

The sanitiser is nh3, bindings to the Rust library ammonia: it parses as a browser does, so that no entity or odd nesting
passes it, and is kept up; bleach, which nbconvert brings, was given up by its authors. A frame's own policy forbids
every request, whatever a style sheet in it says.

Neighbour: `coursekit.grading.nbgrader` (its configuration names it). Source: HTML, "The iframe element", sandbox.
"""

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode

from coursekit import language
from coursekit.columns import columns
from coursekit.exercises.editions import language_of, named
from coursekit.grading.judging.notebook import is_prose_cell, is_verdict_cell
from coursekit.grading.judging.read_notebook import is_base64
from coursekit.language import ENGLISH, _

JUDGED = "coursekit"  # in the metadata of a cell whose output the judge wrote
SHOWN, DRAWN = 2**15, 2**21  # characters of one Markdown text, pictures aside, and of one output, that are rendered
WORDS, OUTPUTS = 2**18, 2**24  # the same of a whole page; what is more is shown as it was typed, or left out
STEPS = 10**7  # of a parser that looks through all open elements at each new one
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HEIGHT = re.compile(r"<svg\b[^>]*?\bviewBox\s*=\s*[\"']\s*[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)[^>]*>", re.I)
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
_STYLE = ":root{color-scheme:light dark}@media print{:root{color-scheme:light}}body{margin:4px;font:14px/1.45 system-ui,sans-serif}"
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_KEPT = ("text/plain", "text/html", "image/svg+xml", *_PICTURES)
_WIDE, _TALL, _LINE, _PICTURE = (
    960,
    900,
    21,
    360,
)  # pixels; a drawing is as wide as the page lets it, and no wider than that

_UNSEEN = re.compile(r"<(style|svg|title)\b.*?</\1\s*>", re.I | re.S)  # what is no words, or drawn by its proportions
_FOLDED = re.compile(r"<details\b(?![^>]*\bopen\b)[^>]*>\s*(<summary\b.*?</summary\s*>)?.*?</details\s*>", re.I | re.S)
_BLOCK = re.compile(r"</?(?:p|li|tr|h\d|br|div|pre|summary|figcaption|section)\b[^>]*>", re.I)
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*")
_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_LINK = re.compile(r"(?:https?://|mailto:|#)[^\s]*", re.I)
_ELSEWHERE = re.compile(r"url\s*\(\s*[\"']?\s*(?!#)|\\|@import|expression", re.I)
_WORDS = set(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
_DRAWN = _WORDS | set(
    [
        "article",
        "aside",
        "bdi",
        "button",
        "circle",
        "clipPath",
        "defs",
        "desc",
        "ellipse",
        "feBlend",
        "feColorMatrix",
        "feDropShadow",
        "feFlood",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feOffset",
        "figure",
        "filter",
        "footer",
        "g",
        "header",
        "label",
        "line",
        "linearGradient",
        "main",
        "marker",
        "mask",
        "nav",
        "path",
        "pattern",
        "polygon",
        "polyline",
        "radialGradient",
        "rect",
        "section",
        "stop",
        "style",
        "svg",
        "symbol",
        "text",
        "textPath",
        "time",
        "title",
        "tspan",
        "use",
        "wbr",
    ]
)
_SPANS = {"colspan", "rowspan", "title", "start", "align", "alt", "open"}
_ATTRIBUTES = {"*": _SPANS, "a": _SPANS | {"href"}, "img": _SPANS | {"src", "width", "height"}}
_PAINT = _SPANS | set(
    [
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "scope",
        "class",
        "clip-path",
        "clip-rule",
        "color",
        "cx",
        "cy",
        "d",
        "dir",
        "disabled",
        "display",
        "dominant-baseline",
        "dx",
        "dy",
        "fill",
        "fill-opacity",
        "fill-rule",
        "filter",
        "flood-color",
        "flood-opacity",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "fx",
        "fy",
        "gradientTransform",
        "gradientUnits",
        "height",
        "href",
        "id",
        "in",
        "in2",
        "lang",
        "letter-spacing",
        "marker-end",
        "marker-mid",
        "marker-start",
        "markerHeight",
        "markerUnits",
        "markerWidth",
        "mask",
        "mode",
        "offset",
        "opacity",
        "orient",
        "pathLength",
        "patternTransform",
        "patternUnits",
        "points",
        "preserveAspectRatio",
        "r",
        "refX",
        "refY",
        "role",
        "rotate",
        "rx",
        "ry",
        "spreadMethod",
        "src",
        "stdDeviation",
        "stop-color",
        "stop-opacity",
        "stroke",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-opacity",
        "stroke-width",
        "style",
        "tabindex",
        "text-anchor",
        "text-decoration",
        "textLength",
        "transform",
        "type",
        "valign",
        "values",
        "viewBox",
        "visibility",
        "width",
        "x",
        "x1",
        "x2",
        "xlink:href",
        "xml:space",
        "xmlns",
        "y",
        "y1",
        "y2",
    ]
)


class Fence(Preprocessor):
    """Leaves of what a student wrote what a page may show."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> Any:
        """The notebook as it may stand in a page; of its metadata the language stays, which its summary is told in."""
        nb.metadata = NotebookNode(
            kernelspec=NotebookNode(name="python3", display_name="Python 3", language="python"),
            language_info=NotebookNode(name="python", pygments_lexer="ipython3"),
            **named(language_of(nb.metadata)),
        )
        with language.speaking(language_of(nb.metadata) or ENGLISH):
            self._fence(nb.cells)
        return nb, resources

    def _fence(self, cells: list[NotebookNode]) -> None:
        words, outputs = WORDS, OUTPUTS
        for number, cell in enumerate(cells):
            _bare(cell, number)
            if cell.cell_type == "code":
                judged = JUDGED in cell.metadata and (is_verdict_cell(cell) or is_prose_cell(cell))
                outputs -= 0 if judged else len(str(cell.outputs))
                cell.outputs = [output if judged else _fenced(output, outputs > 0) for output in cell.outputs]
            elif cell.cell_type == "markdown":
                words -= len(cell.source)
                pictures = cell.pop("attachments", None) or {}
                cell.source = markdown(cell.source, pictures) if words > 0 else _as_typed(cell.source)
            else:
                cell.source = escape(cell.source)


def _bare(cell: NotebookNode, number: int) -> None:
    """Leaves the metadata that nbgrader and the judge wrote, and an id that is one."""
    kept = {name: cell.metadata[name] for name in ("nbgrader", JUDGED) if name in cell.metadata}
    cell.metadata = NotebookNode(kept)
    if not _ID.fullmatch(str(cell.get("id", ""))):
        cell["id"] = f"cell-{number}"


def markdown(source: str, attachments: Mapping[str, Any]) -> str:
    """Markdown as HTML that may stand in a page, in one line, which no second reading as Markdown or as math changes.

    >>> "javascript" in markdown("[x](java&#115;cript:alert(1))", {})
    False
    """
    pictures = {name: _pictures(forms) for name, forms in attachments.items()}
    pictures = {name: forms for name, forms in pictures.items() if forms}
    pictures |= {quote(name): forms for name, forms in pictures.items()}  # as a link writes a name with spaces
    if len(_EMBEDDED.sub("", source)) > SHOWN or len(source) > DRAWN:
        return _as_typed(source)

    def known(found: re.Match[str]) -> str:
        return found[0] if found[1] in pictures else "a-picture-that-is-missing"

    text = re.sub(r"""attachment:([^\s)"'<>]*)""", known, source)
    try:
        renderer = IPythonRenderer(escape=False, attachments=pictures, exclude_anchor_links=True)
        html = clean(str(MarkdownWithMath(renderer=renderer).render(text)))
    except Exception:  # a page is shown whatever a cell says: here as it was typed
        return _as_typed(source)
    return _in_one_line(html)


def _as_typed(source: str) -> str:
    """A text that is not rendered: too long for that, or odd."""
    return _in_one_line(f"<pre>{escape(source[: 2 * SHOWN])}{' …' * (len(source) > 2 * SHOWN)}</pre>")


def _in_one_line(html: str) -> str:
    line = html.replace("\\", "&#92;").replace("$", "&#36;").replace("\r", "").replace("\n", "&#10;")
    return f'<div class="tex2jax_ignore mathjax_ignore">{line}</div>'


def clean(html: str) -> str:
    """HTML with what Markdown makes of words, tables and pictures, and nothing that acts or asks for anything.

    >>> clean('<a href="data:text/html,x" onclick="f()">a</a><script>f()</script>')
    '<a rel="noopener noreferrer">a</a>'

    Raises: ValueError for what is nested so deep that reading it would take minutes.
    """
    if not _is_quick(html):
        raise ValueError("it is nested too deep")
    return nh3.clean(
        html,
        tags=_WORDS,
        attributes=_ATTRIBUTES,
        attribute_filter=_harmless,
        url_schemes={"http", "https", "mailto", "data"},
    )


def drawn(html: str) -> str:
    """The same with drawings and their styles; it belongs in a `frame`, and no link in it leads out of it."""
    if not _is_quick(html):
        return "<p>(this output is nested too deep to be shown)</p>"
    return nh3.clean(
        html,
        tags=_DRAWN,
        clean_content_tags={"script"},
        attributes={tag: _PAINT for tag in _DRAWN},
        attribute_filter=_harmless_in_a_frame,
        url_schemes={"data"},
    )


def _is_quick(html: str) -> bool:
    """Whether a parser of HTML is through with it soon: at each element it may look at all that are open."""
    steps = depth = 0
    open_ = Counter[str]()
    for found in _TAG.finditer(html):
        name = found[2].lower()
        if not found[1] and name not in _VOID:
            open_[name] += 1
            depth += 1
            steps += depth
        elif found[1] and open_[name] > 0:
            open_[name] -= 1
            depth -= 1
        if steps > STEPS:
            return False
    return True


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if _DATA.fullmatch(value) else None
    if attribute == "href":
        return value if _LINK.fullmatch(value) else None
    return value


def _harmless_in_a_frame(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if _DATA.fullmatch(value) else None
    if attribute in ("href", "xlink:href"):
        return value if value.startswith("#") else None
    return None if _ELSEWHERE.search(value) else value


def _pictures(forms: Any) -> dict[str, str]:
    """The forms of a pasted picture that are pictures."""
    found = forms.items() if isinstance(forms, Mapping) else ()
    return {kind: data for kind, data in found if kind in _PICTURES and type(data) is str and is_base64(data)}


def _fenced(output: NotebookNode, room: bool) -> NotebookNode:
    if not room:
        return NotebookNode(output_type="stream", name="stdout", text="(this page has no room for more outputs)")
    if "data" not in output:
        return output
    data = NotebookNode({kind: each for kind, each in output["data"].items() if kind in _KEPT and type(each) is str})
    for kind in _PICTURES:
        if kind in data and not is_base64(data[kind]):
            del data[kind]
    words = output["data"].get("text/markdown")
    if type(words) is str and "text/html" not in data:
        data["text/html"] = markdown(words, {})
    elif "text/html" in data or "image/svg+xml" in data:
        html = data.pop("text/html", "")
        data["text/html"] = frame(data.pop("image/svg+xml", html))
    output["data"] = data or NotebookNode({"text/plain": "(this output is not shown here)"})
    return output


def frame(html: str) -> str:
    """The HTML, sanitised, in a frame that runs nothing, asks nobody and can be made taller with the mouse.

    >>> "script" in frame("<script>alert(1)</script>")
    False
    """
    html = drawn(html[:DRAWN])
    head = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_STYLE}</style>'
    style = f"width:100%;height:{_height(html)};border:0;resize:vertical;overflow:auto"
    title = escape(_("what the notebook showed"))
    return f'<iframe sandbox="" title="{title}" style="{style}" srcdoc="{escape(head + html)}"></iframe>'


def _height(html: str) -> str:
    """About how tall it is, as CSS: drawings by their proportions, also where the page is narrow, words by their lines."""
    tall = float(_PICTURE * len(re.findall(r"<img\b", html, re.I)))
    narrow = tall / _WIDE
    for found in _HEIGHT.finditer(html):
        wide, high = float(found[1]) or 1.0, float(found[2])
        unit = 4 / 3 if 'pt"' in found[0] else 1.0  # matplotlib's are in points
        tall += high * min(unit, _WIDE / wide)
        narrow += high / wide
    words = _FOLDED.sub(r"\1", _UNSEEN.sub("", html))
    blocks = [re.sub(r"<[^>]*>", "", each) for each in _BLOCK.split(words)]
    lines = sum(-(-columns(line) // 100) for each in blocks for line in each.split("\n") if line.strip())
    margins = sum(bool(each.strip()) for each in blocks)
    words_tall = max(0 if tall else 3 * _LINE, _LINE * lines + 8 * margins + _LINE)
    return f"min({_TALL}px,calc(min({tall:.0f}px,{100 * narrow:.0f}vw) + {words_tall}px))"
