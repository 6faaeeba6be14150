"""Every template has its translation, with the same placeholders, and what is compiled is what is edited."""

import io
import re
from pathlib import Path

import pytest

from coursekit import language
from tests.editions import messages
from tests.editions.chinese import wrong

PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
EXTRACTED = {message.id for message in messages.extracted() if message.id}


def texts(message: object) -> list[str]:
    return [message] if isinstance(message, str) else list(message)  # type: ignore[call-overload]


def test_chinese_has_every_template_and_no_other() -> None:
    catalogue = messages.kept("zh")
    there = {message.id for message in catalogue if message.id and not message.fuzzy and all(texts(message.string))}
    assert sorted(map(str, EXTRACTED - there)) == []
    assert sorted(map(str, {message.id for message in catalogue if message.id} - EXTRACTED)) == []


def test_a_translation_has_the_placeholders_of_its_template() -> None:
    differing = []
    for message in messages.kept("zh"):
        wanted = set(PLACEHOLDER.findall(" ".join(texts(message.id)))) if message.id else set()
        for said in texts(message.string):
            if message.id and set(PLACEHOLDER.findall(said)) != wanted:
                differing.append((message.id, said))
    assert differing == []


def test_what_is_said_in_chinese_is_written_as_the_edition_is() -> None:
    found = [
        (said, each)
        for message in messages.kept("zh")
        if message.id
        for said in texts(message.string)
        for each in wrong(said)
    ]
    assert found == []


def test_what_is_compiled_is_what_is_edited() -> None:
    path = messages.po("zh")
    assert path.with_suffix(".mo").read_bytes() == messages.compiled(messages.kept("zh"))
    assert path.read_bytes() == messages.written(messages.kept("zh"))


def test_a_template_is_said_in_the_language_in_use() -> None:
    try:
        language.use("zh")
        assert language._("Check") == "检查"
        language.use("en")
        assert language._("Check") == "Check"
        language.use("zh")
        said = language._(
            "Copy-up: {path} is copied from {layer} to {upper} before its first change, {size}. The original stays."
        )
        assert "从 base 复制到容器层（" in said.format(path="/a", layer="base", upper="容器层", size="7 B")
    finally:
        language.use(None)


def test_a_template_in_a_formatted_string_is_found() -> None:
    """Babel's own look does not see it before Python 3.12."""
    source = b"f\"<p>{escaped(_('All done.'))} {_(key)} {plural('a', 'b', n)}</p>\""
    found = list(messages.calls(io.BytesIO(source), messages.PYTHON[1], (), options={}))
    assert {text for _line, _name, text, _comments in found} == {"All done.", ("a", "b")}


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="not one of en, zh"):
        language.use("tlh")


def test_a_lesson_speaks_its_language_before_it_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "00-start"
    folder.mkdir()
    (folder / "00-start.ipynb").write_text('{"metadata": {"coursekit": {"language": "zh"}}}', encoding="utf-8")
    monkeypatch.setenv("COURSEKIT_LANG", "en")
    language.use(None)
    assert language.spoken() == "en"
    monkeypatch.chdir(folder)
    assert language.spoken() == "zh"
