"""An exercise from its folder: rules and text put together as one `Exercise`.

    stored_once/   case.py   CASE, an `Asked`         goes wherever students work
                   key.py    KEY, a `Key`             may be missing: then questions can be asked, and not judged
                   en.md     `texts.Texts`            zh.md … beside it

The folder's name is the exercise's id, with `_` for `-`; the folder above names the lesson in LESSON.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.exercises import texts
from coursekit.exercises.forms import Form, Source, parts_of
from coursekit.exercises.misconceptions import beliefs
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, Outcome, Words, WrongModel, written
from coursekit.exercises.reasons import found, label_key
from coursekit.exercises.rules import Asked, Key, Say, View, Wrong
from coursekit.exercises.texts import Texts, filled, placeholders
from coursekit.language import ENGLISH, spoken


def load(package: str, language: str | None = None) -> Exercise:
    """The exercise of a folder, such as "coursekit.lessons.l05_sharing.stored_once", by default in the language in use.

    A language that the folder lacks falls back to English. Raises: ExerciseError, naming the file and what it lacks.
    """
    language = spoken() if language is None else language
    asked, folder = case_of(package)
    key = key_of(package)
    text = texts_of(folder, language)
    speech = Speech(text, asked.view)
    absent = key is None
    key = key or _absent_key(asked, package)
    return Exercise(
        id=package.rpartition(".")[2].replace("_", "-"),
        lesson=_lesson(package),
        title=text.title,
        kind=asked.kind,
        points=asked.points,
        objective=text.objective,
        make=asked.make,
        truth=_truth(key, speech, asked, package),
        hints=tuple(Hint(speech.words(f"Hints, {at}", hint.text), hint.after) for at, hint in enumerate(text.hints, 1)),
        explanation=speech.words("Explanation", text.explanation),
        question=speech.words("Question", text.question),
        form=_form(asked, speech),
        judge=_judge(key, speech),
        same=key.same,
        wrong_models=tuple(_wrong(each, speech, language) for each in key.wrong),
        function=_function(asked, key, package, absent, speech),
        rubric=tuple(text.rubric.values()),
        reason=_reason(text, speech, asked) if text.reasons else None,
        touches=_touches(key, text),
    )


@dataclass(frozen=True, slots=True)
class Speech:
    """An exercise's texts, and the view that fills them."""

    text: Texts
    view: View

    def values(self, case: Case) -> Mapping[str, str]:
        """What `view` gives for a case."""
        return self.view(case, self.before)

    @property
    def before(self) -> Say:
        """`say` as `view` has it: with no values but those that it is called with."""
        return partial(self._say, {})

    def say(self, case: Case) -> Say:
        """`say` for a case, see `rules.Say`."""
        return partial(self._say, self.values(case))

    def _say(self, known: Mapping[str, object], key: str, /, **values: object) -> str:
        text = self.text
        found = text.labels.get(key, text.remarks.get(key))
        if found is None:
            raise ExerciseError(f"{text.where}: no text has the key {key!r}, in '## Labels' or '## Remarks'")
        return filled(found, {**known, **values}, f"{text.where}, key {key!r}")

    def words(self, name: str, template: str) -> Words:
        """A text for every case: itself where nothing varies, else a function that fills it."""
        if not placeholders(template):
            return template
        return lambda case: filled(template, self.values(case), f"{self.text.where}, {name}")


def case_of(package: str) -> tuple[Asked, Path]:
    """The CASE of a folder, and where the folder is. Raises: ExerciseError."""
    try:
        module = import_module(f"{package}.case")
    except ModuleNotFoundError as problem:
        if problem.name not in (package, f"{package}.case"):
            raise
        raise ExerciseError(f"{package}: there is no case.py in a folder of that name") from problem
    found, path = getattr(module, "CASE", None), Path(str(module.__file__))
    if not isinstance(found, Asked):
        raise ExerciseError(f"{_short(path)}: there should be `CASE = Asked(…)`; CASE is {found!r}")
    return found, path.parent


def key_of(package: str) -> Key | None:
    """The KEY of a folder; None where the file is not on this machine. Raises: ExerciseError."""
    try:
        module = import_module(f"{package}.key")
    except ModuleNotFoundError as problem:
        if problem.name != f"{package}.key":
            raise
        return None
    found = getattr(module, "KEY", None)
    if not isinstance(found, Key):
        path = Path(str(module.__file__))
        raise ExerciseError(f"{_short(path)}: there should be `KEY = Key(…)`; KEY is {found!r}")
    return found


def texts_of(folder: Path, language: str = ENGLISH) -> Texts:
    """What an exercise says in a language, else in English. Raises: ExerciseError."""
    path = folder / f"{language}.md"
    if not path.is_file():
        path = folder / f"{ENGLISH}.md"
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ExerciseError(f"{_short(path)}: the exercise's text cannot be read: {problem}") from problem
    return texts.read(source, _short(path))


def _lesson(package: str) -> str:
    above = package.rpartition(".")[0]
    return str(getattr(import_module(above), "LESSON", above.rpartition(".")[2]))


def _short(path: Path) -> str:
    """A file as an error names it: lesson, exercise, file."""
    return "/".join(path.parts[-3:])


def _form(asked: Asked, speech: Speech) -> Form | Callable[[Case], Form] | None:
    form = asked.form
    if not callable(form):
        return form
    return lambda case: form(case, speech.say(case))


def _judge(key: Key, speech: Speech) -> Callable[[Case, Any], Sequence[Outcome]] | None:
    judge = key.judge
    return None if judge is None else lambda case, answer: judge(case, answer, speech.say(case))


def _truth(key: Key, speech: Speech, asked: Asked, package: str) -> Callable[[Case], Any]:
    if key.truth is not None:
        return key.truth
    if asked.kind is not Kind.PROSE:
        raise ExerciseError(f"{package}, key.py: `truth` is missing")
    if not speech.text.model_answer:
        raise ExerciseError(f"{speech.text.where}: prose needs '## Model answer'")
    model = speech.words("Model answer", speech.text.model_answer)
    return lambda case: written(model, case)


def _wrong(wrong: Wrong, speech: Speech, language: str) -> WrongModel:
    place, where = wrong.place or wrong.belief, speech.text.where
    known = beliefs(language)
    if wrong.belief not in known:
        raise ExerciseError(f"{where}: the belief {wrong.belief!r} of key.py is not worded in lessons/beliefs/en.md")
    if place not in speech.text.beliefs:
        raise ExerciseError(f"{where}: '## Beliefs' does not say where {place!r} goes wrong")
    place_text = speech.words(f"Beliefs, {place}", speech.text.beliefs[place])
    return WrongModel(known[wrong.belief], wrong.predict, place_text, wrong.each, narrow=bool(wrong.place))


def _reason(text: Texts, speech: Speech, asked: Asked) -> Callable[[Case, str, str, Any], str]:
    """What helps on with a part: `reason(case, row, column, have)`; an option or a step is a row without a column."""

    def reason(case: Case, row: str, column: str, have: Any) -> str:
        form = asked.form(case, speech.say(case)) if callable(asked.form) else asked.form
        label = label_key(text.labels, parts_of(form).get(row, ""))
        key = found(text.reasons, (row, label) if label else (row,), column, have)
        return filled(text.reasons[key], speech.values(case), f"{text.where}, Reasons, {key}") if key else ""

    return reason


def _touches(key: Key, text: Texts) -> tuple[str, ...]:
    """The patterns in the rubric's order. Raises: ExerciseError where the keys are not the rubric's."""
    if key.touches is None:
        return ()
    if set(key.touches) != set(text.rubric):
        raise ExerciseError(f"{text.where}: '## Rubric' should have the keys {', '.join(key.touches)}, as key.py")
    return tuple(key.touches[name] for name in text.rubric)


def _function(asked: Asked, key: Key, package: str, absent: bool, speech: Speech) -> Function | None:
    """The function to be written. Without a key only its name and what it needs are known."""
    source = asked.form
    if not isinstance(source, Source):
        return None
    if absent:
        return Function(source.name, partial(_missing, package), partial(_missing, package), needs=source.needs)
    if key.function is None or key.function.name != source.name or key.function.needs != source.needs:
        raise ExerciseError(f"{package}, key.py: there should be a `function` as case.py's {source!r} says")
    if (said := key.remark) is None:
        return key.function
    return replace(key.function, remark=lambda args, have, want: said(args, have, want, speech.say({})))


def _absent_key(asked: Asked, package: str) -> Key:
    missing = partial(_missing, package)
    return Key(truth=missing, judge=None if isinstance(asked.form, Source) else missing)


def _missing(package: str, *_: object) -> Any:
    raise ExerciseError(f"{package}: its key.py is not on this machine, so that nothing is judged here")
