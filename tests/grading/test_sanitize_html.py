"""A page that shows a student's notebook runs nothing that the student wrote."""

import re
from typing import Any

import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from traitlets.config import Config

from coursekit.grading.classroom.sanitize_html import Fence, frame
from coursekit.grading.judging.outputs import clean, read

EVIL = "<img src=x onerror=alert(1)><script>alert(1)</script>"
JUDGED = {"nbgrader": {"grade": True, "solution": False, "grade_id": "a"}, "coursekit": {"flags": []}}


def page(*cells: Any) -> str:
    """The page of a notebook, without what stands inside of frames."""
    config = Config()
    config.HTMLExporter.preprocessors = [Fence]
    html = HTMLExporter(config=config, template_name="basic").from_notebook_node(new_notebook(cells=list(cells)))[0]
    return re.sub(r'srcdoc="[^"]*"', "", html)


def showing(data: dict[str, Any], **metadata: Any) -> Any:
    return new_code_cell("x", outputs=[new_output("display_data", data=data)], metadata=metadata)


@pytest.mark.parametrize(
    "cell",
    [
        showing({"text/html": EVIL, "text/plain": "x"}),
        showing({"image/svg+xml": f"<svg onload='alert(1)'>{EVIL}</svg>"}),
        showing({"application/javascript": "alert(1)", "text/plain": "x"}),
        showing({"text/markdown": EVIL}),
        showing({"text/latex": EVIL}),
        showing({"text/plain": EVIL}),
        showing({"text/html": ["<scr", "ipt>alert(1)</script>"]}),
        showing({"text/html": EVIL}, coursekit={"flags": []}),
        new_code_cell("x", outputs=[new_output("stream", name="stdout", text=EVIL)]),
        new_code_cell("x", outputs=[new_output("error", ename=EVIL, evalue=EVIL, traceback=[EVIL])]),
        new_code_cell(EVIL),
        new_markdown_cell(EVIL),
        new_markdown_cell("[x](javascript:alert(1))"),
        new_raw_cell(EVIL, metadata={"raw_mimetype": "text/html"}),
        new_code_cell("x", metadata={"tags": [f'">{EVIL}'], "odd": EVIL}),
    ],
)
def test_nothing_a_student_wrote_is_run(cell: Any) -> None:
    found = page(cell)
    assert "<script>alert" not in found and "<img src=x" not in found and "javascript:alert" not in found


def test_the_judges_report_stands_as_it_is() -> None:
    assert "<b>right</b>" in page(showing({"text/html": "<b>right</b>"}, **JUDGED))


def test_a_frame_runs_nothing_and_asks_nobody() -> None:
    html = frame('"><script>alert(1)</script>')
    assert 'sandbox=""' in html and "default-src" in html and "<script>" not in html
    assert html.count('"') % 2 == 0


@pytest.mark.parametrize(
    "output",
    [
        None,
        [],
        "x",
        {"output_type": "stream", "name": "stdin", "text": "x"},
        {"output_type": "stream"},
        {"output_type": "display_data", "data": {"text/html": 3}},
        {"output_type": "display_data", "data": []},
        {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}},
        {"output_type": "error", "ename": 1, "evalue": "", "traceback": []},
        {"output_type": "x", "data": {}},
    ],
)
def test_what_is_no_output_is_left_out(output: Any) -> None:
    assert clean(output) == {}


def test_what_comes_out_of_a_box_is_read_with_care() -> None:
    lines = b"\n".join(
        [
            b'{"cell": -1, "outputs": []}',
            b'{"cell": 99, "outputs": []}',
            b'{"cell": true, "outputs": []}',
            b'{"cell": 0, "outputs": [{"output_type": "stream", "name": "stdout", "text": "\\ud800"}], "count": 1e9}',
            b"[" * 100_000,
            b'{"cell": 1, "outputs": "x"}',
            b"\xff\xfe",
        ]
    )
    found = read(lines, 2)
    assert found == {0: ([{"output_type": "stream", "name": "stdout", "text": "?"}], None), 1: ([], None)}
