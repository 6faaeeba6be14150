"""The catalogues of what coursekit says: extracted from Python and JavaScript and compiled, both by Babel.

    python -m tests.editions.messages      brings coursekit/locale/<language>/LC_MESSAGES/coursekit.{po,mo} up to date

New templates come with an empty translation, and the test names them until they have one. A template that changed keeps
the translation of the nearest, marked fuzzy: look at it and take the mark away.
"""

import ast
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from coursekit import cli
from coursekit.cli import spoken

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "coursekit" / "locale"
LANGUAGES = ("zh",)
PYTHON = ([("**.py", "tests.editions.messages:calls")], {"_": None, "later": None, "plural": (1, 2)})
_NO_DAY = datetime(1970, 1, 1, tzinfo=UTC)
JAVASCRIPT = ([("**.js", "javascript")], {"say": None, "later": None, "plural": (1, 2)})


def calls(
    file: IO[bytes], keywords: Mapping[str, object], _tags: object, options: object
) -> Iterator[tuple[int, str, str | tuple[str, ...], list[str]]]:
    """Babel's own look at Python, through `ast`: a template inside a formatted string is found as well (before 3.12)."""
    for each in ast.walk(ast.parse(file.read())):
        name = getattr(each.func, "id", getattr(each.func, "attr", "")) if isinstance(each, ast.Call) else ""
        if isinstance(each, ast.Call) and name in keywords:
            said = [part.value for part in each.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            if said:
                yield each.lineno, name, said[0] if len(said) == 1 else tuple(said), []


def extracted() -> Catalog:
    """Every template in the package, with the files that say it; last the helps of our own verbs, which click has."""
    found = Catalog(project="coursekit", charset="utf-8", copyright_holder="The coursekit authors")
    for methods, keywords in (PYTHON, JAVASCRIPT):
        for name, line, message, comments, context in extract_from_dir(ROOT / "coursekit", methods, keywords=keywords):
            found.add(message, None, [(f"coursekit/{name}", line)], auto_comments=comments, context=context)
    for message in spoken.texts(cli.coursekit):
        found.add(message, None, [("coursekit/cli", 0)])
    return found


def po(language: str) -> Path:
    """Where a language's catalogue is."""
    return LOCALE / language / "LC_MESSAGES" / "coursekit.po"


def kept(language: str) -> Catalog:
    """The catalogue of a language as it is."""
    path = po(language)
    if not path.is_file():
        return Catalog(locale=language, project="coursekit", charset="utf-8")
    with open(path, "rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it, without the day; fuzzy ones are left out."""
    catalogue.creation_date = catalogue.revision_date = _NO_DAY
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def written(catalogue: Catalog) -> bytes:
    """The catalogue as people edit it: sorted, without dates and lines, so that a change is small."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, no_location=False, omit_header=False, sort_output=True, include_lineno=False)
    lines = out.getvalue().decode().splitlines()
    dated = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By")
    return ("\n".join(line for line in lines if not any(word in line for word in dated)) + "\n").encode()


def update(language: str) -> Catalog:
    """Brings a catalogue up to date and returns it."""
    catalogue = kept(language)
    catalogue.update(extracted(), update_header_comment=True)
    catalogue.obsolete.clear()
    path = po(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalogue))
    path.with_suffix(".mo").write_bytes(compiled(kept(language)))
    return catalogue


if __name__ == "__main__":
    for each in LANGUAGES:
        messages = [message for message in update(each) if message.id]
        left = [message for message in messages if message.fuzzy or not any(message.string or ())]
        print(f"{each}: {len(messages)} templates, {len(left)} without a translation")
