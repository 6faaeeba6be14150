"""What stands in English, part by part, with a digest of each: what a translation is a translation of.

    notebooks/<language>/sources/04-copy-on-write.json     {"cell run-seen": "5f2b…", "exercise moves: Hints, 2": "…"}
    notebooks/<language>/sources/beliefs.json

A part whose English has changed since is stale, and is named. After it was translated anew:

    python -m tests.editions.english zh 04-copy-on-write
"""

import hashlib
import io
import json
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from coursekit.exercises import catalogue, folders
from coursekit.exercises.misconceptions import PLACE, worded
from coursekit.exercises.texts import Texts

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
BELIEFS = "beliefs"
LESSONS = tuple(sorted(path.stem for path in (NOTEBOOKS / "en").glob("*/*.ipynb")))


def notebook(language: str, lesson: str) -> dict[str, object]:
    """A lesson's source notebook."""
    document: dict[str, object] = json.loads((NOTEBOOKS / language / lesson / f"{lesson}.ipynb").read_bytes())
    return document


def cells(language: str, lesson: str) -> list[dict[str, object]]:
    """The cells of a lesson's source notebook."""
    found = notebook(language, lesson)["cells"]
    assert isinstance(found, list)
    return found


def text(cell: dict[str, object]) -> str:
    """What stands in a cell."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)  # type: ignore[arg-type]


def words_of_code(source: str) -> str:
    """What a person reads in a cell of code: its comments and texts."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return ""
    return "\n".join(each.string for each in tokens if each.type == tokenize.COMMENT or each.string.startswith('"""'))


def texts_of(lesson: str, language: str) -> dict[str, Texts]:
    """The texts of a lesson's exercises, by id; English where the language has none."""
    found = {}
    for exercise in catalogue.of_lesson(lesson):
        folder = folders.case_of(catalogue.packages()[exercise.id])[1]
        found[exercise.id] = folders.texts_of(folder, language)
    return found


def parts(lesson: str) -> dict[str, str]:
    """Every English text of a lesson, or of the beliefs, by a name for people."""
    if lesson == BELIEFS:
        return {id: f"{each.belief}\n{each.instead}" for id, each in worded(PLACE / "en.md").items()}
    found = {}
    for cell in cells("en", lesson):
        said = text(cell) if cell["cell_type"] == "markdown" else words_of_code(text(cell))
        if said.strip():
            found[f"cell {cell['id']}"] = said
    for id, texts in texts_of(lesson, "en").items():
        found |= {f"exercise {id}: {name}": said for name, said in texts.every().items() if said}
    return found


def digests(lesson: str) -> dict[str, str]:
    """The digest of every English text of a lesson."""
    return {name: hashlib.sha256(said.encode()).hexdigest()[:12] for name, said in parts(lesson).items()}


def kept_at(language: str, lesson: str) -> Path:
    """Where the digests of what was translated are kept."""
    return NOTEBOOKS / language / "sources" / f"{lesson}.json"


def stale(language: str, lesson: str) -> Iterator[str]:
    """The parts whose English has changed, or has come or gone, since they were translated."""
    path = kept_at(language, lesson)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    now = digests(lesson)
    yield from (name for name in {**now, **kept} if now.get(name) != kept.get(name))


def stamp(language: str, lesson: str) -> None:
    """Says that all of a lesson is translated as its English now stands."""
    path = kept_at(language, lesson)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(digests(lesson), indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    tongue, *chosen = sys.argv[1:]
    for each in chosen or (*LESSONS, BELIEFS):
        print(each, *(f"  stale was: {name}" for name in stale(tongue, each)), sep="\n")
        stamp(tongue, each)
