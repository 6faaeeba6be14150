"""Whether the rules and the texts of an exercise's folder fit each other, in every language.

Looked for: a placeholder that nothing fills, a value or a text that nothing uses, a key that has no text, a belief without
words, a language that lacks something that English has. `coursekit exercise check` and a test of all lessons ask it.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from coursekit.errors import ExerciseError
from coursekit.exercises.folders import Speech, case_of, key_of, texts_of
from coursekit.exercises.forms import Choose, Fill, Number, Text, parts_of
from coursekit.exercises.hands import MOST_BLOCKS, Bins, Blocks, Hands, Lines, Phrases, Slabs, Slots
from coursekit.exercises.misconceptions import PLACE, worded
from coursekit.exercises.plain import decode, encode
from coursekit.exercises.reasons import unknown
from coursekit.exercises.rules import Asked, Key, Say
from coursekit.exercises.seeds import variant
from coursekit.exercises.texts import Texts, placeholders
from coursekit.language import ENGLISH

SEEDS = 20
FIXED = ("title", "Objective", "Rubric")  # shown without a case: no placeholder


def misfits(package: str) -> list[str]:
    """What does not fit in a folder, such as "coursekit.lessons.l05_sharing.stored_once", in words; empty when all does."""
    try:
        asked, folder = case_of(package)
        key = key_of(package) or Key()
        languages = sorted({path.stem for path in folder.glob("*.md")} | {ENGLISH})
        texts = {language: texts_of(folder, language) for language in languages}
    except ExerciseError as problem:
        return [str(problem)]
    found: list[str] = []
    for language, text in texts.items():
        found += _of_placeholders(package, asked, text)
        found += _of_keys(folder, asked, package, text)
        found += _of_hands(asked, package, text)
        found += _of_beliefs(key, text, language)
        found += _of_reasons(asked, package, text)
        found += _beside(texts[ENGLISH], text)
    return list(dict.fromkeys(found))


def _cases(asked: Asked, package: str) -> Iterator[dict[str, object]]:
    """Variants, as they travel."""
    for number in range(SEEDS):
        yield decode(encode(asked.make(variant(package.rpartition(".")[2].replace("_", "-"), f"fit-{number}"))))


def _of_placeholders(package: str, asked: Asked, text: Texts) -> Iterator[str]:
    """Texts beside the view's values, variant by variant."""
    spoken = {name: open for name, words in text.every().items() if (open := placeholders(words))}
    free = {name: open for name, open in spoken.items() if not name.startswith(("Labels", "Remarks"))}
    used = set().union(*spoken.values()) if spoken else set[str]()
    for name in free:
        if name.startswith(FIXED):
            yield f"{text.where}, {name}: it is shown without a case, and cannot have a placeholder"
    for case in _cases(asked, package):
        values = Speech(text, asked.view).values(case)
        yield from (
            f"case.py: view gives {name!r} as {value!r}, and not as text"
            for name, value in values.items()
            if type(value) is not str
        )
        yield from (
            f"case.py: view gives {name!r}, which no text of {text.where} has" for name in values if name not in used
        )
        for name, open in free.items():
            yield from (f"{text.where}, {name}: nothing is given for {{{each}}}" for each in sorted(open - set(values)))


def _of_keys(folder: Path, asked: Asked, package: str, text: Texts) -> Iterator[str]:
    """What `say` is called with, beside Labels and Remarks."""
    both = {**text.labels, **text.remarks}
    for key in sorted(set(text.labels) & set(text.remarks)):
        yield f"{text.where}: the key {key!r} stands in Labels and in Remarks"
    asked_for: set[str] = set()
    given: set[str] = set()
    for case in _cases(asked, package):
        speech = Speech(text, asked.view)
        values = asked.view(case, partial(_noting, asked_for, speech.before))
        given |= set(values)
        if callable(asked.form):
            asked.form(case, partial(_noting, asked_for, speech.say(case)))
    for path in _shared(folder):
        asked_for |= _named(path)
    for path in _rules(folder):
        asked_for |= _named(path)
        for key, values_given in _calls(path):
            asked_for.add(key)
            if key not in both:
                yield f"{path.name}: say({key!r}) has no text in {text.where}"
                continue
            open = placeholders(both[key])
            yield from (
                f"{text.where}, key {key!r}: nothing is given for {{{each}}}"
                for each in sorted(open - values_given - given)
            )
            yield from (
                f"{path.name}: say({key!r}, {each}=…) is given a value that {text.where} does not use"
                for each in sorted(values_given - open)
            )
    begun = tuple(
        each for each in asked_for if each.endswith("-")
    )  # of a key that is put together: f"nearest-of-{what}"
    yield from (
        f"{text.where}: nothing says the key {key!r}"
        for key in both
        if key not in asked_for and not key.startswith(begun)
    )


def _noting(asked_for: set[str], say: Say, key: str, /, **values: object) -> str:
    asked_for.add(key)
    return say(key, **values)


def _rules(folder: Path) -> list[Path]:
    """case.py and key.py where they are, and the lesson's modules that they import: those may say texts, too."""
    own = [path for name in ("case.py", "key.py") if (path := folder / name).is_file()]
    return [*own, *_imported(own, folder.parent)]


def _shared(folder: Path) -> list[Path]:
    """What these import of all lessons' modules: they name texts of several exercises, each with its own."""
    return _imported(_rules(folder), folder.parent.parent)


def _imported(paths: Sequence[Path], place: Path) -> list[Path]:
    """The modules of a folder that some files import."""
    imports = [node for path in paths for node in _nodes(path) if isinstance(node, ast.ImportFrom)]
    named = {(node.module or "").rpartition(".")[2] for node in imports}
    named |= {each.name for node in imports for each in node.names}
    return [path for name in sorted(named) if (path := place / f"{name}.py").is_file()]


def _nodes(path: Path) -> Iterable[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _named(path: Path) -> set[str]:
    """Every text constant of a file: a judge may keep the keys of its remarks in a table."""
    return {node.value for node in _nodes(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _calls(path: Path) -> Iterator[tuple[str, set[str]]]:
    """The keys that a file says by name, and the values that it gives with each."""
    for node in _nodes(path):
        match node:
            case ast.Call(func=ast.Name("say"), args=[ast.Constant(str() as key)], keywords=keywords):
                yield key, {each.arg or "" for each in keywords}


def _of_hands(asked: Asked, package: str, text: Texts) -> Iterator[str]:
    """What is drawn in place of a table, beside that table, variant by variant."""
    for case in _cases(asked, package):
        form = asked.form(case, Speech(text, asked.view).say(case)) if callable(asked.form) else asked.form
        if isinstance(form, Fill) and form.hands is not None:
            yield from (f"case.py: {each}" for each in strange(form, form.hands))


def strange(form: Fill, hands: Hands) -> Iterator[str]:
    """What `hands` names that the table has not, and what the table has that it cannot answer."""
    name, known = type(hands).__name__, {key for cell in form.columns.values() for key in getattr(cell, "options", ())}
    rows, columns, options = hands.names()
    for what, named, there in (("row", rows, form.rows), ("column", columns, form.columns), ("option", options, known)):
        yield from (f"{name} names the {what} {each!r}, which the table has not" for each in named if each not in there)
    cell = {Blocks: Number, Phrases: Text}.get(type(hands), Choose)
    if any(type(each) is not cell for each in form.columns.values()):
        yield f"{name} answers columns of {cell.__name__} alone"
    if isinstance(hands, Bins | Slots | Phrases) and len(form.columns) != 1:
        yield f"{name} answers one column, and the table has {len(form.columns)}"
    if isinstance(hands, Lines):
        yield from (f"Lines has no line for the row {row!r}" for row in _less(form.rows, set(rows)))
    if isinstance(hands, Slabs):
        yield from (f"Slabs has no stack for the column {each!r}" for each in _less(form.columns, hands.stacks))
    if isinstance(hands, Blocks) and len(hands.pieces) > MOST_BLOCKS:
        yield f"Blocks has {len(hands.pieces)} blocks; {MOST_BLOCKS} are the most"


def _of_beliefs(key: Key, text: Texts, language: str) -> Iterator[str]:
    places = [wrong.place or wrong.belief for wrong in key.wrong]
    yield from (f"{text.where}, Beliefs: {each!r} is missing" for each in _less(places, text.beliefs))
    yield from (f"{text.where}, Beliefs: no wrong model of key.py is {each!r}" for each in _less(text.beliefs, places))
    path = PLACE / f"{language}.md"
    known = worded(path) if path.is_file() else {}
    yield from (
        f"lessons/beliefs/{path.name}: the belief {wrong.belief!r} has no words"
        for wrong in key.wrong
        if wrong.belief not in known
    )


def _of_reasons(asked: Asked, package: str, text: Texts) -> Iterator[str]:
    """Reasons for parts that no variant has."""
    names, columns = set(text.labels), set[str]()
    for case in _cases(asked, package) if text.reasons else ():
        form = asked.form(case, Speech(text, asked.view).say(case)) if callable(asked.form) else asked.form
        names |= set(parts_of(form))
        columns |= set(form.columns) if isinstance(form, Fill) else set()
    yield from (
        f"{text.where}, Reasons: {key!r} is no row, option or step"
        for key in (unknown(text.reasons, names, columns) if text.reasons else ())
    )


def _less(these: Iterable[str], those: Iterable[str]) -> list[str]:
    return [each for each in these if each not in set(those)]


def _beside(english: Texts, other: Texts) -> Iterator[str]:
    """What another language lacks, or has beside what English has."""
    one, two = english.every(), other.every()
    for name in one:
        if bool(one[name]) != bool(two.get(name)):
            yield f"{other.where}, {name}: it is in one language only, here or in {english.where}"
        elif not placeholders(one[name]) <= placeholders(two[name]) or not placeholders(two[name]) <= placeholders(
            one[name]
        ):
            yield f"{other.where}, {name}: its placeholders are others than those of {english.where}"
    yield from (f"{other.where}, {name}: {english.where} does not have it" for name in _less(two, one))
    if [hint.after for hint in english.hints] != [hint.after for hint in other.hints]:
        yield f"{other.where}, Hints: each should have the [after …] that it has in {english.where}"
