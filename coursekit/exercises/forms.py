"""The shapes an answer can have. A form says in one sentence what is missing before anything is judged.

    Number   133_277_153            Choose   "b" or ["a", "c"]        Fill   {"row": {"column": 1}}
    Text     "overlay2"             Arrange  ["kernel", "init"]       Rows   [{"cause": "base", "bytes": 1}]
    Source   a function in the answer cell                            Pick   as Choose, clicked in a diagram
    Recipe   a Dockerfile or docker commands, as text                 Entries  {"/etc/motd": "whiteout"}     Moves    commands that lead to a goal, as text

A form also tells a card what to draw. Pure.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from coursekit.exercises.hands import Hands
from coursekit.language import _, later, series

if TYPE_CHECKING:
    from coursekit.diagrams.scene import Scene
    from coursekit.widgets.goal import Goal


@dataclass(frozen=True, slots=True)
class Number:
    """An int or a float; `unit` is named in the complaint, e.g. "bytes"."""

    unit: str = ""

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        if type(answer) in (int, float):
            return ""
        if self.unit:
            said = _("The answer should be a number of {unit}, such as 1234; yours is {answer}.")
        else:
            said = _("The answer should be a number, such as 1234; yours is {answer}.")
        return said.format(unit=_(self.unit) if self.unit else "", answer=named(answer))


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        said = _("The answer should be text in quotes; yours is {answer}.")
        return "" if type(answer) is str else said.format(answer=named(answer))


@dataclass(frozen=True, slots=True)
class Choose:
    """One key of `options` (key to label), or with `many` a list of keys."""

    options: Mapping[str, str]
    many: bool = False

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        keys = ", ".join(repr(key) for key in self.options)
        if self.many:
            if type(answer) is list and all(type(a) is str and a in self.options for a in answer):
                return ""
            said = _("The answer should be a list of some of {keys}, such as `{example}`; yours is {answer}.")
            return said.format(keys=keys, example=list(self.options)[:1], answer=named(answer))
        if type(answer) is str and answer in self.options:
            return ""
        return _("The answer should be one of {keys}; yours is {answer}.").format(keys=keys, answer=named(answer))


@dataclass(frozen=True, slots=True)
class Pick:
    """Keys of `items` (key to label), picked in the first frame of `picture`, which then runs on to the answer.

    A key is the id of a box there; of a stack also a layer's name, or a path: its place in the row `view`. With `many`
    the answer is a list of keys, else one key. In a stack the merged view says nothing before the pick. A function as
    `picture` is called only when the question is shown.
    """

    items: Mapping[str, str]
    picture: "Scene | Callable[[], Scene]"
    many: bool = True
    view: Literal["merged", "upperdir"] = "merged"

    @property
    def choice(self) -> Choose:
        """The same question without a picture."""
        return Choose(self.items, self.many)

    def scene(self) -> "Scene":
        """The picture."""
        return self.picture() if callable(self.picture) else self.picture

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        return self.choice.complaint(answer)


@dataclass(frozen=True, slots=True)
class Arrange:
    """A list of all keys of `items` (key to label), in order. State in the question which end comes first.

    A key that is missing, strange or there twice costs only itself.
    """

    items: Mapping[str, str]

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        if type(answer) is not list or any(type(a) is not str for a in answer):
            said = _("The answer should be a list in order, such as `{example}`; yours is {answer}.")
            return said.format(example=list(self.items), answer=named(answer))
        if len({*answer} & {*self.items}) < 2:  # nothing is left to judge
            said = _("Each of {keys} should stand in your list once; yours is {answer}.")
            return said.format(keys=series(map(repr, self.items)), answer=named(answer))
        return ""


Cell: TypeAlias = Number | Text | Choose


@dataclass(frozen=True, slots=True)
class Fill:
    """A table: `rows` and `columns` map a key to a label or a cell; the answer is {row: {column: value}}.

    Cells left `...`, `None` or out count as not answered and cost only themselves. `hands` says what a browser draws
    in its place.
    """

    rows: Mapping[str, str]
    columns: Mapping[str, Cell]
    hands: Hands | None = None

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        if type(answer) is not dict or any(type(row) is not dict for row in answer.values()):
            said = _("The answer should be a table, such as `{example}`; yours is {answer}.")
            return said.format(example=example(self), answer=named(answer))
        for name, row in answer.items():
            if name not in self.rows:
                said = _("The table has no row {row!r}; its rows are {rows}.")
                return said.format(row=name, rows=series(map(repr, self.rows)))
            for column, value in row.items():
                if column not in self.columns:
                    said = _("Row {row!r} has no column {column!r}; columns are {columns}.")
                    return said.format(row=name, column=column, columns=series(map(repr, self.columns)))
                if value is not None and (said := self.columns[column].complaint(value)):
                    return _("Row {row!r}, column {column!r}: {said}").format(row=name, column=column, said=said)
        return ""

    def readable(self, answer: Any) -> tuple[Any, dict[str, str]]:
        """A table without the cells of another type, which cost only themselves, and what is said of each, by its claim.

        Where no cell would be left, or the rest is no table either, the answer stays as it is.
        """
        if type(answer) is not dict or any(type(row) is not dict for row in answer.values()):
            return answer, {}
        kept: dict[str, dict[str, Any]] = {}
        said: dict[str, str] = {}
        for name, row in answer.items():
            kept[name] = {}
            for column, value in row.items():
                cell = self.columns.get(column)
                complaint = cell.complaint(value) if cell and value is not None else ""
                kept[name][column] = None if complaint else value
                if complaint:
                    told = _("Row {row!r}, column {column!r}: {said}").format(row=name, column=column, said=complaint)
                    said[f"{name}/{column}"] = told
        any_left = any(value is not None for row in kept.values() for value in row.values())
        return (kept, said) if any_left else (answer, {})


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that the learner adds: a list of {column: value}, each column present.

    `wholes` has, of a column of numbers, what all of them should sum up to: the sum so far is shown beside it.
    """

    columns: Mapping[str, Cell]
    wholes: Mapping[str, int] = field(default_factory=dict)

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        if type(answer) is not list or any(type(row) is not dict for row in answer):
            said = _("The answer should be a list of rows, such as `[{example}]`; yours is {answer}.")
            return said.format(example=_row(self.columns), answer=named(answer))
        for number, row in enumerate(answer, 1):
            if set(row) != set(self.columns):
                said = _("Row {n} should have the columns {columns}; it has {row}.")
                return said.format(n=number, columns=series(map(repr, self.columns)), row=named(row))
            for column, value in row.items():
                if said := self.columns[column].complaint(value):
                    return _("Row {n}, column {column!r}: {said}").format(n=number, column=column, said=said)
        return ""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a layer that is designed, {path: kind}. `paths` (to a label) are offered; others can be typed.

    What is wrong with a layer its judge says, so that each shape is heard. Paths of one text in `groups` stand together.
    `about` has the paths at which a claim of the judge is marked.
    """

    paths: Mapping[str, str]
    kinds: Mapping[str, str]
    groups: Mapping[str, str]
    tones: Mapping[str, str]
    about: Mapping[str, Sequence[str]]

    def complaint(self, answer: Any) -> str:
        """''."""
        return ""


@dataclass(frozen=True, slots=True)
class Source:
    """A function called `name`, defined in the answer cell; `needs` are the earlier exercises that it may call.

    `given` is what the cell hands out to be mended; as long as it stands there unchanged nothing is answered.
    """

    name: str
    needs: tuple[str, ...] = ()
    given: str = ""

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        said = _("The answer should be the function `{function}`; yours is {answer}.")
        return "" if type(answer) is str else said.format(function=self.name, answer=named(answer))


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe as text: a Dockerfile, or with `commands` lines of `docker run`, `exec`, `commit` …; it is replayed."""

    commands: bool = False

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        if type(answer) is not str or not answer.strip():
            if self.commands:
                said = _("The answer should be docker commands, one a line, between triple quotes; yours is {answer}.")
            else:
                said = _("The answer should be the text of a Dockerfile, between triple quotes; yours is {answer}.")
            return said.format(answer=named(answer))
        if len(answer) > RECIPE_LIMIT:
            said = _("A recipe has at most {n:,} characters; yours has {count:,}.")
            return said.format(n=RECIPE_LIMIT, count=len(answer))
        return ""


@dataclass(frozen=True, slots=True)
class Moves:
    """Commands that bring a stack to `goal`, one a line; done on the bench, or typed."""

    goal: "Goal"

    def complaint(self, answer: Any) -> str:
        """What is wrong with the shape of `answer`, or ''."""
        if type(answer) is not str or not answer.strip():
            return _("The answer should be commands, one a line, between triple quotes; yours is {answer}.").format(
                answer=named(answer)
            )
        if len(answer) > MOVES_LIMIT:
            return _("An answer has at most {n} characters; yours has {count}.").format(
                n=f"{MOVES_LIMIT:,}", count=f"{len(answer):,}"
            )
        return ""


def example(form: Fill) -> str:
    """How the first row of a table is written down, of this very table."""
    more = ", …" if len(form.rows) > 1 else ""
    return f"{{{next(iter(form.rows))!r}: {_row(form.columns)}{more}}}"


def _row(columns: Mapping[str, Cell]) -> str:
    return "{" + ", ".join(f"{name!r}: {_value(cell)}" for name, cell in columns.items()) + "}"


def _value(cell: Cell) -> str:
    match cell:
        case Choose(options=options):
            return repr(next(iter(options)))
        case Text():
            return "'…'"
    return "1234"


UNITS = (later("bytes"), later("layers"))  # those that have a name in each language; others are shown as they are
RECIPE_LIMIT = 64_000  # characters
MOVES_LIMIT = 8_000  # characters
Form: TypeAlias = Number | Text | Choose | Pick | Arrange | Fill | Rows | Entries | Source | Recipe | Moves


def parts_of(form: Form | None) -> Mapping[str, str]:
    """The rows, options or steps of a form, with their labels; none where an answer has one part."""
    match form:
        case Fill(rows=parts) | Choose(options=parts) | Pick(items=parts) | Arrange(items=parts):
            return parts
    return {}


_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b")


def named(answer: Any, cut: bool = False) -> str:
    """Plain data as a person reads it, cut short; with `cut` long digests are, too.

    >>> named({"a": [1, 2]})
    "{'a': [1, 2]}"
    """
    said = short_digests(repr(answer)) if cut else repr(answer)
    return said if len(said) <= 120 else f"{said[:117]}…"


def short_digests(text: str) -> str:
    """The text with twelve digits of each long digest."""
    return _DIGEST.sub(r"\1…", text)


_HEADINGS = (  # keys of columns in the course's tables
    *(
        later("bytes"),
        later("cause"),
        later("digest"),
        later("digits"),
        later("effect"),
        later("entry"),
        later("evidence"),
    ),
    *(later("file"), later("from"), later("how"), later("image"), later("kind"), later("layer"), later("leaves")),
    *(later("line"), later("links"), later("makes"), later("opaque"), later("prints"), later("relation")),
    *(later("result"), later("run"), later("says"), later("shared"), later("shows"), later("take"), later("verdict")),
    *(later("whiteouts"), later("words"), later("write")),
)


def heading(column: str) -> str:
    """What stands over a column: its key, in the language in use."""
    return _(column)
