"""The answer of an exercise among the names of a notebook: under its own name, so that none is judged as another's.

    stored_once = …      ck.check("stored-once")        its own name
    answer = …           ck.check("stored-once")        as notebooks of earlier releases had it: where its own name is not
                                                        bound, what was bound since another exercise was checked

Pure.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

from coursekit.exercises.model import Exercise

OLDER = "answer"  # the name that all exercises shared
UNBOUND = object()


def bound(exercise: Exercise, names: Mapping[str, Any]) -> Any:
    """What a notebook's `names` hold as the answer to an exercise; UNBOUND for nothing."""
    if exercise.variable in names:
        return names[exercise.variable]
    if OLDER in names and _is_of(exercise, names.get("In")):
        return names[OLDER]
    return UNBOUND


def _is_of(exercise: Exercise, inputs: Any) -> bool:
    """Whether `answer` was last bound for this exercise: between its check, which runs, and the check of another one."""
    for source in reversed(inputs if isinstance(inputs, list) else []):
        others = [id for id in _CHECKED.findall(str(source)) if id != exercise.id]
        if binds(str(source), OLDER):
            return not others
        if others:
            return False
    return False


_CHECKED = re.compile(r"""\bcheck\(\s*["']([\w-]+)["']""")


def binds(source: str, name: str) -> bool:
    """Whether a cell gives `name` a value, outside of functions.

    >>> binds("answer = 3", "answer"), binds("def f():\\n    answer = 3", "answer"), binds("%time answer = 3", "answer")
    (True, False, False)
    """
    try:
        tree = ast.parse(re.sub(r"^[%!?].*$", "pass", source, flags=re.MULTILINE))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for statement in tree.body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
    )


def alone(source: str) -> str:
    """A function's source without what its cell may hold besides: a check of the answer, an import of the course, magics.

    Line numbers stay as they are.

    >>> alone("import coursekit as ck\\ndef f():\\n    return 1\\nck.check('f', f)")
    'pass\\ndef f():\\n    return 1\\npass'
    """
    plain = re.sub(r"^[%!?].*$", "pass", source, flags=re.MULTILINE)
    try:
        tree = ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = plain.split("\n")
    for node in tree.body:
        if _of_the_course(node) and node.end_lineno is not None:
            lines[node.lineno - 1 : node.end_lineno] = ["pass", *[""] * (node.end_lineno - node.lineno)]
    return "\n".join(lines)


def _of_the_course(node: ast.stmt) -> bool:
    match node:
        case ast.Import(names=names):
            return all(each.name.partition(".")[0] == "coursekit" for each in names)
        case ast.ImportFrom(module=str() as module):
            return module.partition(".")[0] == "coursekit"
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="ck" | "coursekit")))):
            return True
    return False
