"""Small changes of a function's source, each a program that somebody might have written instead.

    if path in tree:  ──>  if path not in tree:  ·  if True:  ·  (left out)  ·  …

A check is as good as the wrong programs that it sees through. These are made by rule and not by hand: conditions
negated, boundaries moved, statements and branches left out, arguments swapped, a prefix taken for a path, a copy or a
sort not made, a default shared between calls, one errno for another.

Pure. Neighbour: `surviving`, which runs them.
"""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

ERRNOS = (2, 20, 21, 17)  # what is raised instead: ENOENT, ENOTDIR, EISDIR, EEXIST
_OPPOSITE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_OTHER_METHOD = {
    "rpartition": "partition",
    "partition": "rpartition",
    "startswith": "endswith",
    "endswith": "startswith",
    "append": "extend",
    "extend": "append",
    "union": "intersection",
}
_COPIES = ("dict", "list", "set", "sorted", "reversed", "tuple")
_TRIMS = ("copy", "strip", "rstrip", "lstrip", "removeprefix", "removesuffix")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed source. `change` tells it from all others of its source and stays when lines above it move."""

    change: str  # "lookup: `break` for `continue`", "lookup: `found.append(number)` left out (2)"
    source: str


def mutants(source: str) -> list[Mutant]:
    """All the changes of a source, each by itself; none that says the same as the source."""
    tree = ast.parse(source)
    seen, found = {ast.unparse(tree)}, []
    told: Counter[str] = Counter()
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        for change in (*_shared_defaults(tree, function), *_changes(tree, function), *_forgotten(tree, function)):
            if change.source in seen:
                continue
            seen.add(change.source)
            said = f"{function.name}: {change.change}"
            told[said] += 1
            found.append(Mutant(said if told[said] == 1 else f"{said} ({told[said]})", change.source))
    return found


def _changes(tree: ast.Module, function: ast.FunctionDef) -> Iterator[Mutant]:
    for parent, put, node in _slots(function):
        for other in _others(node, parent):
            said, new = f"`{_first(other)}` for `{_first(node)}`" if other else "", other
            if other is None:
                said, new = f"`{_first(node)}` left out", ast.Pass()
            elif isinstance(node, ast.For) and isinstance(other, ast.For) and len(other.body) > len(node.body):
                said = f"`{_first(node)}` ends after one round"
            put(new)
            try:
                yield Mutant(said, ast.unparse(ast.fix_missing_locations(tree)))
            finally:
                put(node)


def _forgotten(tree: ast.Module, function: ast.FunctionDef) -> Iterator[Mutant]:
    """A search that ends, and with it what it has found: each list that begins empty is emptied before a `break`."""
    nodes = [*ast.walk(function)]
    lists = [node.targets[0] for node in nodes if isinstance(node, ast.Assign) and ast.unparse(node.value) == "[]"]
    names = sorted({each.id for each in lists if isinstance(each, ast.Name)})
    for _, put, node in _slots(function):
        if not isinstance(node, ast.Break):
            continue
        for name in names:
            emptied = ast.Assign([ast.Name(name, ast.Store())], ast.List([], ast.Load()), lineno=0)
            put(ast.If(ast.Constant(True), [emptied, node], []))
            try:
                source = ast.unparse(ast.fix_missing_locations(tree))
            finally:
                put(node)
            yield Mutant(f"`{name} = []` before `break`", source)


def _slots(node: ast.AST) -> Iterator[tuple[ast.AST, Callable[[Any], None], ast.AST]]:
    """Each node below, with its parent and what puts another in its place; the words of an error are left alone."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.FunctionDef) and field not in ("body",):
            continue
        for at, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST):
                continue
            yield node, _putter(node, field, at), child
            if not isinstance(child, ast.Raise) and not _is_docstring(child):
                yield from _slots(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _putter(parent: ast.AST, field: str, at: int | None) -> Callable[[Any], None]:
    def put(new: Any) -> None:
        if at is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[at] = new

    return put


def _first(node: ast.AST) -> str:
    """The first line of a node, as text."""
    return ast.unparse(node).partition("\n")[0][:90]


def _others(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST | None]:
    """What may stand in a node's place; None for nothing."""
    if isinstance(node, ast.stmt):
        yield from _other_statements(node)
    elif isinstance(node, ast.comprehension):
        yield from _other_comprehensions(node, parent)
    elif isinstance(node, ast.ExceptHandler):
        yield from _other_handlers(node)
    elif isinstance(node, ast.expr) and not isinstance(parent, ast.FormattedValue):
        yield from _other_expressions(node)
    if getattr(parent, "test", None) is node and isinstance(node, ast.expr):
        yield from (_not(node), ast.Constant(True), ast.Constant(False))


def _not(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), node)


def _other_statements(node: ast.stmt) -> Iterator[ast.AST | None]:
    match node:
        case ast.FunctionDef() | ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant()):
            return
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant) or value.value is not None:
            yield ast.Return(None)
        case ast.Raise(exc=ast.Call(args=[ast.Constant(value=int() as number), *_])):
            for other in ERRNOS:
                if other != number:
                    changed: Any = copy.deepcopy(node)
                    changed.exc.args[0].value = other
                    yield changed
        case ast.AugAssign(target=target, value=value):
            yield ast.Assign([target], value, lineno=0)
            yield ast.AugAssign(target, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), value)
        case ast.For(target=target, iter=over, body=body, orelse=after):
            for part in _parts_of(over):
                yield ast.For(target, part, body, after, lineno=0)
            yield ast.For(target, over, [*body, ast.Break()], after, lineno=0)
        case ast.Try(body=body):
            yield ast.If(ast.Constant(True), body, [])
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=of, attr="setdefault"), args=[key, value])):
            yield ast.Assign([ast.Subscript(of, key, ast.Store())], value, lineno=0)
    yield None


def _parts_of(over: ast.expr) -> Iterator[Any]:
    """What a loop may go through instead: backwards (a dict has no back), without its first, without its last."""
    ordered = not (isinstance(over, ast.Call) and getattr(over.func, "attr", "") in ("items", "values", "keys"))
    for slice_ in (
        *([ast.Slice(step=ast.UnaryOp(ast.USub(), ast.Constant(1)))] if ordered else []),
        ast.Slice(lower=ast.Constant(1)),
        ast.Slice(upper=ast.UnaryOp(ast.USub(), ast.Constant(1))),
    ):
        yield ast.Subscript(ast.Call(ast.Name("list"), [over], []), slice_)


def _other_comprehensions(node: ast.comprehension, parent: ast.AST) -> Iterator[ast.AST]:
    for at, condition in enumerate(node.ifs):
        left = [*node.ifs[:at], *node.ifs[at + 1 :]]
        yield ast.comprehension(node.target, node.iter, left, 0)
        yield ast.comprehension(node.target, node.iter, [*left, _not(condition)], 0)
    for part in _parts_of(node.iter):
        if isinstance(parent, ast.ListComp) or part.slice.step is None:  # what is made of it has no order else
            yield ast.comprehension(node.target, part, node.ifs, 0)


def _other_handlers(node: ast.ExceptHandler) -> Iterator[ast.AST]:
    caught = node.type.id if isinstance(node.type, ast.Name) else ""
    others = ["FileNotFoundError", "NotADirectoryError"] if caught == "OSError" else ["OSError"] if caught else []
    yield from (ast.ExceptHandler(ast.Name(other), node.name, node.body) for other in others)


def _other_expressions(node: ast.expr) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield from (ast.Compare(left, [other()], [right]) for other in _OPPOSITE.get(type(op), ()))
            yield from _other_path_tests(left, op, right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield from (_joined(op, [*values[:at], *values[at + 1 :]]) for at in range(len(values)))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.IfExp(body=one, orelse=other):
            yield from (one, other)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.BitOr() as op, right=right):
            yield from (left, right)
            if isinstance(op, ast.Add | ast.Sub):
                yield ast.BinOp(left, ast.Sub() if isinstance(op, ast.Add) else ast.Add(), right)
        case ast.Constant(value=value):
            yield from (ast.Constant(other) for other in _other_constants(value))
        case ast.JoinedStr(values=parts):
            for at, part in enumerate(parts):
                if isinstance(part, ast.Constant):
                    for other in _other_constants(part.value):
                        yield ast.JoinedStr([*parts[:at], ast.Constant(other), *parts[at + 1 :]])
        case ast.List(elts=items) | ast.Tuple(elts=items) if isinstance(node.ctx, ast.Load) and items:
            kind = type(node)
            if len(items) > 1:
                yield from (kind([*items[:at], *items[at + 1 :]], node.ctx) for at in range(len(items)))
                yield kind(items[::-1], node.ctx)
        case ast.SetComp(elt=item, generators=over):
            yield ast.ListComp(item, over)
        case ast.Call():
            yield from _other_calls(node)


def _joined(op: ast.boolop, values: list[ast.expr]) -> ast.expr:
    return values[0] if len(values) == 1 else ast.BoolOp(op, values)


def _other_path_tests(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Iterator[ast.AST]:
    """A prefix of letters, or any depth, where one name was meant."""
    match left:
        case ast.Subscript(value=ast.Call(func=ast.Attribute(value=path, attr="rpartition"))) if isinstance(op, ast.Eq):
            for prefix in (right, ast.BinOp(right, ast.Add(), ast.Constant("/"))):
                yield ast.Call(ast.Attribute(path, "startswith"), [prefix], [])
        case ast.Name() if isinstance(op, ast.Eq) and isinstance(right, ast.Name):
            yield ast.Call(ast.Attribute(left, "startswith"), [right], [])


def _other_constants(value: Any) -> tuple[Any, ...]:
    match value:
        case bool():
            return (not value,)
        case int():
            return (value + 1, value - 1)
        case str() if value:
            return ("", f"{value}x")
        case str():
            return ("/",)
        case bytes():
            return (value + b"x",)
    return ()


def _other_calls(node: ast.Call) -> Iterator[ast.AST]:
    args = node.args
    for at in range(len(args) - 1):
        swapped = [*args[:at], args[at + 1], args[at], *args[at + 2 :]]
        yield ast.Call(node.func, swapped, node.keywords)
    match node:
        case ast.Call(func=ast.Name(id=name), args=[only]) if name in _COPIES:
            yield only
            if name == "sorted":
                yield ast.Call(ast.Name("list"), args, [])
                yield ast.Call(node.func, args, [ast.keyword("reverse", ast.Constant(True))])
        case ast.Call(func=ast.Name(id="max" | "min" as name)):
            yield ast.Call(ast.Name("min" if name == "max" else "max"), args, node.keywords)
        case ast.Call(func=ast.Attribute(value=of, attr="startswith"), args=[ast.BinOp(left=prefix, op=ast.Add())]):
            yield ast.Call(node.func, [prefix], [])
            yield ast.Compare(prefix, [ast.In()], [of])
        case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in _TRIMS:
            yield of
        case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in _OTHER_METHOD:
            yield ast.Call(ast.Attribute(of, _OTHER_METHOD[name]), args, node.keywords)
        case ast.Call(func=ast.Attribute(value=of, attr="setdefault")):
            yield ast.Call(ast.Attribute(of, "get"), args, [])


def _shared_defaults(tree: ast.Module, function: ast.FunctionDef) -> Iterator[Mutant]:
    """What begins empty in each call, made a default, which all calls share."""
    for at, statement in enumerate(function.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[]) | ast.Dict(keys=[]) as empty):
                pass
            case _:
                continue
        body = function.body
        function.body = [*body[:at], *body[at + 1 :]] or [ast.Pass()]
        function.args.args.append(ast.arg(name))
        function.args.defaults.append(empty)
        try:
            yield Mutant(f"`{name}` is a default that calls share", ast.unparse(ast.fix_missing_locations(tree)))
        finally:
            function.body = body
            function.args.args.pop()
            function.args.defaults.pop()
