"""A page that shows a student's notebook runs nothing that the student wrote."""

import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from traitlets.config import Config

import coursekit
from coursekit.grading.classroom.sanitize_html import Fence, drawn, frame, markdown
from coursekit.grading.judging.read_notebook import clean, read

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


ELSEWHERE = "http://elsewhere.example/x"
ASKS = [
    f"![t]({ELSEWHERE})",
    f"<img src='{ELSEWHERE}' srcset='{ELSEWHERE} 2x' onerror=alert(1)>",
    f"<link rel=preconnect href={ELSEWHERE}><link rel=stylesheet href={ELSEWHERE}>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<p style='background:url({ELSEWHERE})'>x</p><p style='background:\\75rl({ELSEWHERE})'>x</p>",
    f"<svg><image href='{ELSEWHERE}'/><use xlink:href='{ELSEWHERE}#a'/><rect fill='url({ELSEWHERE}#a)'/></svg>",
    f"<video src={ELSEWHERE}></video><audio src={ELSEWHERE}></audio><object data={ELSEWHERE}></object>",
    f"<iframe src={ELSEWHERE}></iframe><embed src={ELSEWHERE}><form action={ELSEWHERE}><button>x</button></form>",
    f"<base href={ELSEWHERE}><body background={ELSEWHERE}><table background={ELSEWHERE}><tr><td>x</table>",
]
ACTS = [
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "$\\href{javascript:alert(1)}{x}$",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a><animate attributeName=href to=javascript:alert(1)></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<details open ontoggle=alert(1)>x</details>",
    "`code`\n\n<pre>\n\n[x](javascript:alert(1))\n\n</pre>",
]


@pytest.mark.parametrize("text", [*ASKS, *ACTS])
def test_markdown_acts_on_nothing_and_asks_nobody(text: str) -> None:
    found = page(new_markdown_cell(text))
    tags = "".join(re.findall(r"<[^>]*>", found))
    assert not re.search(
        r"(?i)javascript:|vbscript:|data:text|\\bon[a-z]+=|<(?:svg|math|style|script|iframe|meta|link)\\b", tags
    )
    assert (
        not re.search(r"(?:src|srcset|style|data|background|action)=", tags)
        and "tex2jax_ignore mathjax_ignore" in found
    )


@pytest.mark.parametrize("text", [*ASKS, *ACTS])
def test_what_a_cell_showed_asks_nobody_even_in_its_frame(text: str) -> None:
    (inside,) = re.findall(r'srcdoc="([^"]*)"', frame(text))
    html = unescape(inside).replace(text, "")
    tags = "".join(re.findall(r"<[^>]*>", html))
    assert ELSEWHERE not in tags and not re.search(r"(?i)javascript:|\\bon[a-z]+=", tags)


def test_no_second_reading_changes_what_was_made_harmless() -> None:
    once = markdown("<div>\n\n    [x](javascript:alert(1))\n\n</div>\n\n$$x$$ \\\\(y\\\\)", {})
    assert "\n" not in once and "$" not in once and "\\" not in once
    assert page(new_markdown_cell(once)).count("<a") == 0


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def test_a_pasted_picture_is_shown_and_a_lost_one_costs_no_page() -> None:
    cell = new_markdown_cell("![a](attachment:my%20image.png) ![b](attachment:gone.png)")
    cell["attachments"] = {"my image.png": {"image/png": PNG}}
    found = page(cell)
    assert f'src="data:image/png;base64,{PNG}"' in found and "attachment:" not in found
    evil = new_markdown_cell("![a](attachment:a.png)")
    evil["attachments"] = {"a.png": {"image/png": '"><script>alert(1)</script>', "text/html": EVIL}}
    assert "<script>alert" not in page(evil)


@pytest.mark.parametrize("text", ["> " * 5000, "[" * 20_000, "*a " * 20_000, "<p>" * 20_000, "\x00\ud800", "|" * 5000])
def test_no_cell_makes_a_page_fail(text: str) -> None:
    assert "<div" in page(new_markdown_cell(text))


def test_the_courses_own_pictures_lose_nothing() -> None:
    html = coursekit.Overlay(lowerdir=[{"/etc/hosts": "a"}, {"/bin/sh": "b"}])._repr_html_()
    for pattern in (r"<([a-zA-Z]+)", r"\s([a-zA-Z:-]+)="):
        assert Counter(re.findall(pattern, drawn(html))) == Counter(re.findall(pattern, html))


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


@pytest.mark.parametrize("html", ["<div>" * 60_000, "<table><tr><td>" * 9_000, "<b><p>" * 60_000])
def test_what_is_nested_so_deep_that_it_would_take_minutes_is_not_parsed(html: str) -> None:
    assert "nested too deep" in unescape(frame(html))
    assert "&lt;" in markdown(html[:30_000] if html.startswith("<div") else html, {})


def test_a_long_text_is_shown_as_typed_and_a_picture_in_it_is_not_counted() -> None:
    picture = f"![a](data:image/png;base64,{'A' * 400_000})"
    assert '<img src="data:image/png' in markdown(f"**bold** {picture}", {})
    assert "<strong>" not in markdown(f"**bold** {'words ' * 10_000}", {})
    assert "\\begin" not in markdown("\\begin{a}" * 20_000, {})


def test_a_page_of_very_much_is_bounded() -> None:
    found = page(*[new_markdown_cell("**bold** " * 3_000) for _ in range(20)])
    assert 0 < found.count("<strong>") < 45_000
    much = f"<p title='{'x' * 2_000_000}'>a</p>"
    assert "no room for more outputs" in page(*[showing({"text/html": much}) for _ in range(9)])
