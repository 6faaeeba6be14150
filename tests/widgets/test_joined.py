"""The one module that a widget is sent: parts with names of their own, in the order in which they need each other."""

import re
from pathlib import Path

import pytest

from coursekit.widgets import joined, told

JS = Path(joined.__file__).parent / "js"


@pytest.mark.parametrize("entry", ["playing", "bench", "card"])
def test_a_widget_is_one_module_that_asks_for_nothing(entry: str) -> None:
    source = re.sub(r"/\*.*?\*/", "", joined.module(entry), flags=re.DOTALL)
    assert len(re.findall(r"^export ", source, re.MULTILINE)) == 1 and "export default { render }" in source
    assert not re.search(r"^import |\bimport\(\"|\bfetch\(|XMLHttpRequest|\beval\(", source, re.MULTILINE)


def test_what_is_imported_stands_before_what_imports_it_and_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "js" / "deep").mkdir(parents=True)
    (tmp_path / "js" / "low.js").write_text("// Low.\nconst own = 1;\nexport function low() { return own; }\n")
    (tmp_path / "js" / "deep" / "high.js").write_text(
        'import { low as below } from "../low.js";\nconst own = 2;\nexport const high = () => own + below();\n'
    )
    monkeypatch.setattr(joined, "_HERE", tmp_path)
    made = joined.joined('import { high } from "./deep/high.js";\nimport * as all from "./low.js";\nexport { high };\n')
    assert [line for line in made.splitlines() if line.startswith("// ----")] == [
        "// ---- js/low.js",
        "// ---- js/deep/high.js",
        "// ---- js/entry.js",
    ]
    assert "const { low: below } = $low;" in made and "const * as all" not in made and "const all = $low;" in made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('import { other } from "./other.js";\n', "imports it: entry.js > odd.js > other.js > odd.js"),
        ("export { one };\n", "is not understood"),
        ("export default 3;\n", "is not understood"),
        ('import "./other.js";\n', "is not understood"),
    ],
)
def test_what_it_does_not_understand_is_an_error(
    text: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "odd.js").write_text(text)
    (tmp_path / "js" / "other.js").write_text('import { odd } from "./odd.js";\n')
    monkeypatch.setattr(joined, "_HERE", tmp_path)
    with pytest.raises(ValueError, match=re.escape(said)):
        joined.joined('import { odd } from "./odd.js";\n')


def test_every_text_of_the_browser_is_in_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined, "spoken", lambda: "zh")
    monkeypatch.setattr(joined, "_", lambda text: f"«{text}»")
    monkeypatch.setattr(joined, "plural", lambda one, many, n: f"{n}:{many}")
    said = joined.catalogue(joined.module("playing"))
    assert said["Find in the picture"] == "«Find in the picture»" and said["Play"] == "«Play»"
    assert said["{n} thing differs from the goal."] == [f"{n}:{{n}} things differ from the goal." for n in (1, 2)]


def test_in_english_the_texts_stand_in_the_code_and_nothing_is_sent() -> None:
    assert joined.catalogue(joined.module("playing")) == {}


def test_the_shapes_that_javascript_knows_are_those_of_python() -> None:
    assert told.FILE.read_text(encoding="utf-8") == told.written(), "run: python -m coursekit.widgets.told"


def test_markup_is_set_only_where_the_course_made_it() -> None:
    """Whatever else a page shows is set as text: a file name is never markup."""
    lines = {
        f"{path.relative_to(JS)}: {line.strip()}"
        for path in JS.rglob("*.js")
        for line in path.read_text().splitlines()
        if "innerHTML" in line
    }
    assert all("made by the course" in line or "written by the course" in line for line in lines), lines
