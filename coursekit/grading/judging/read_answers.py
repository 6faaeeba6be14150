"""Answers that stand in a notebook in plain sight: read, and nothing is run for them. What is not sure is computed.

    download_size = 53_781_605        one literal, bound once, in the one answer cell before its check      read
    download_size = sum(layers)       a loop, a call, a magic, a name that stands twice, …                  computed
    download_size = ...               the stub: answers.json has it, or nobody has                          read

Who wanted to be read can always be; who is computed is run as far as the check, with all cells before it, in order.
Between an answer and its check may stand what the course wrote there, and Markdown: nothing else could change the name.

Neighbour: `notebook` (cells, and what else is found of an answer). Pure.
"""

import ast
import builtins
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit import __version__
from coursekit.exercises import answers
from coursekit.exercises.answers import Answers
from coursekit.exercises.bound import OLDER
from coursekit.exercises.evidence import Evidence, Unanswered, digest_of, value
from coursekit.exercises.model import Exercise, Kind
from coursekit.exercises.plain import BYTES
from coursekit.grading.judging.notebook import ANSWER, grade_id, is_verdict_cell, source

COMPUTED = object()  # an answer that only a run can tell
UNBOUND = object()  # its cell gives no answer
_HARMLESS = frozenset(  # modules whose import does not fail, and does nothing else
    [
        "collections",
        "copy",
        "coursekit",
        "datetime",
        "decimal",
        "errno",
        "fractions",
        "functools",
        "hashlib",
        "io",
        "itertools",
        "json",
        "math",
        "operator",
        "os",
        "pathlib",
        "pprint",
        "random",
        "re",
        "stat",
        "statistics",
        "string",
        "struct",
        "sys",
        "tarfile",
        "textwrap",
        "time",
        "typing",
    ]
)
_TURNS_ID = re.compile(r"\.?\b(?:start|keep|begin)\s*\(|COURSEKIT_|JUPYTERHUB_USER|answers\.json|\bchdir\b")
_STARTED = re.compile(
    r"""ck\.start\(\s*["'][\w-]+["']\s*(?:,\s*(?:student\s*=\s*)?(None|"[^"\\\n]*"|'[^'\\\n]*'))?(?:\s*,\s*lang\s*=\s*["'][\w-]*["'])?\s*\)"""
)
_OPENS = re.compile(r"(?:%(?:re)?load_ext coursekit|import coursekit as ck|ck\.weigh\(.*\)|#.*)?")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson as it was released: the text of each code cell by its id."""

    sources: Mapping[str, str]

    def has(self, cell: Mapping[str, Any]) -> bool:
        """Whether this cell is one of the course's, as the course wrote it."""
        written = self.sources.get(grade_id(cell))
        return written is not None and written.strip() == source(cell).strip()


def lesson_of(released: Sequence[Mapping[str, Any]]) -> Lesson:
    """The lesson of a released notebook's cells."""
    return Lesson({grade_id(cell): source(cell) for cell in released if cell.get("cell_type") == "code"})


@dataclass(frozen=True, slots=True)
class Sight:
    """A notebook beside its lesson: what can be read of it."""

    cells: Sequence[Mapping[str, Any]]
    lesson: Lesson
    student: str  # whose variants it answers, as the answers file has it
    kept: Answers
    readable: bool  # False: who answers is not sure before it ran

    def evidence(self, exercise: Exercise) -> list[Any] | None:
        """What is found of an answer, best first, as a run would show it; None where only a run can tell."""
        given = self._given(exercise) if self.readable else COMPUTED
        if given is COMPUTED:
            return None
        typed = Unanswered() if given is UNBOUND else value(given)
        row = self.kept.rows.get(exercise.id)
        shown = [row.write()] if row is not None else []
        if row is not None and (isinstance(typed, Unanswered) or row.over == digest_of(typed) != ""):
            return shown
        return [Evidence(exercise.id, typed, self.student, __version__).write(), *shown]

    def _given(self, exercise: Exercise) -> Any:
        """The answer that its cell gives, UNBOUND or COMPUTED."""
        code = [cell for cell in self.cells if cell.get("cell_type") == "code"]
        names = [grade_id(cell) for cell in code]
        mine = [at for at, name in enumerate(names) if _of(name, exercise.id)]
        checks = [at for at, cell in enumerate(code) if names[at] == exercise.id and is_verdict_cell(cell)]
        if len(mine) != 1 or len(checks) != 1 or mine[0] > checks[0] or not self.lesson.has(code[checks[0]]):
            return COMPUTED
        if not all(map(self.lesson.has, code[mine[0] + 1 : checks[0]])):
            return COMPUTED
        asked = re.fullmatch(
            rf"""ck\.check\(["']{re.escape(exercise.id)}["'](?:,\s*(\w+))?\)""", source(code[checks[0]]).strip()
        )
        text = source(code[mine[0]])
        if asked is None or asked[1]:  # as notebooks of earlier releases ask
            found = bound_once(text, asked[1]) if asked else COMPUTED
            return COMPUTED if found is UNBOUND else found
        found = bound_once(text, exercise.variable)
        if found is not UNBOUND:
            return found
        before = [source(cell) for cell in code[: checks[0]] if cell is not code[mine[0]] and not self.lesson.has(cell)]
        if any(_names(other, exercise.variable) for other in before):
            return COMPUTED
        found = bound_once(text, OLDER)
        return COMPUTED if found is UNBOUND and any(_names(other, OLDER) for other in before) else found


def sight(cells: Sequence[Mapping[str, Any]], lesson: Lesson, student: str, kept: Answers) -> Sight:
    """What can be read of a notebook's cells; `student` as its answers file, or who handed it in, has it."""
    said: set[str] = set()
    readable = True
    for cell in cells:
        if cell.get("cell_type") != "code" or lesson.has(cell) or not _TURNS_ID.search(text := source(cell)):
            continue
        opened = _id_that_opens(text)
        if opened is None:
            readable = False
        elif opened:
            said.add(opened)
    if len(said) > 1 or (said and kept.student is not None and said != {student}):
        readable = False
    return Sight(cells, lesson, next(iter(said), student) if readable else student, kept, readable)


def _id_that_opens(text: str) -> str | None:
    """The id that a cell which only starts the lesson gives, '' for none; None where the cell does something else."""
    begun = _STARTED.search(text)
    rest = _STARTED.sub("", text, count=1)
    if begun is None or not all(_OPENS.fullmatch(line.strip()) for line in rest.split("\n")):
        return None
    if begun[1] in (None, "None"):
        return ""
    id = answers.printable(begun[1][1:-1]).strip()
    return id or None  # an empty one asks for the open variants


def bound_once(text: str, name: str) -> Any:
    """The literal that a cell gives a name; UNBOUND where the name does not stand in it, else COMPUTED.

    >>> bound_once("import math\\nsize = [1, 2]", "size"), bound_once("size = 1\\nsize += 1", "size") is COMPUTED
    ([1, 2], True)
    """
    if len(text) > BYTES:  # a parser takes a hundred times what it reads
        return COMPUTED
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return COMPUTED
    try:
        if not any(_stands(node, name) for node in ast.walk(tree)):
            return UNBOUND if all(map(_is_tame, tree.body)) else COMPUTED
        given = [each for each in tree.body if _binds(each, name)]
        rest = [each for each in tree.body if each not in given]
        if (
            len(given) != 1
            or not all(map(_is_tame, rest))
            or any(_stands(n, name) for each in rest for n in ast.walk(each))
        ):
            return COMPUTED
        return _literal(given[0].value)  # type: ignore[attr-defined]
    except RecursionError:
        return COMPUTED


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=bound)]) | ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr()):
            return bound == name and _is_tame(statement)
    return False


def _is_tame(statement: ast.stmt) -> bool:
    """Whether a statement cannot fail, and binds nothing but names that are seen in it."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=given):
            return _literal(given) is not COMPUTED
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as given, annotation=said):
            return _literal(given) is not COMPUTED and _is_type(said)
        case ast.Import(names=names):
            return all(each.name in _HARMLESS for each in names)
        case ast.ImportFrom(module="coursekit" | "__future__", names=names, level=0):
            return all(each.name == "annotations" for each in names)
        case ast.FunctionDef(decorator_list=[], args=given, returns=returns):
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
            notes = [*(each.annotation for each in every if each.annotation), *([returns] if returns else [])]
            values = [each for each in (*given.defaults, *given.kw_defaults) if each is not None]
            return all(map(_is_type, notes)) and all(_literal(each) is not COMPUTED for each in values)
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
    return False


def _is_type(said: ast.expr) -> bool:
    """Whether an annotation is worked out without fail: a built-in type, or a text."""
    match said:
        case ast.Constant(value=str() | None):
            return True
        case ast.Name(id=name):
            return isinstance(getattr(builtins, name, None), type)
    return False


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return COMPUTED


def _stands(node: ast.AST, name: str) -> bool:
    """Whether a name is this node's: a variable, an argument, what is imported, defined, deleted or declared."""
    match node:
        case ast.Name(id=found) | ast.arg(arg=found) | ast.FunctionDef(name=found) | ast.ClassDef(name=found):
            return found == name
        case ast.AsyncFunctionDef(name=found) | ast.ExceptHandler(name=str(found)) | ast.MatchAs(name=str(found)):
            return found == name
        case ast.MatchStar(name=str(found)) | ast.MatchMapping(rest=str(found)):
            return found == name
        case ast.alias(name=module, asname=found):
            return (found or module.partition(".")[0]) in (name, "*")
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return name in names
    return False


def _names(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _of(id: str, exercise: str) -> bool:
    wanted = f"{exercise}{ANSWER}"
    return id == wanted or id.startswith(f"{wanted}-")


def is_read_always(exercise: Exercise) -> bool:
    """Whether the answer is a text that is never run here: a function's source, or words."""
    return exercise.function is not None or exercise.kind is Kind.PROSE
