"""Bending one function: a mutant's rule is changed in the syntax tree of the function it names, as its module is loaded.

    Mutant("hidden names show", "coursekit.union.readdir:visible", old="isinstance(x, Whiteout)", new="False")

    import coursekit.union.readdir → the finder below → parse → the one `old` in `visible` becomes `new` → compile

`old` and `new` are Python: two expressions, or whole statements one after the other; an empty `new` leaves them out.
`for name in names: ...` is that statement whatever its body (and its else); the same three dots in `new` take the body
over. They are compared as syntax trees, so that neither the layout of the source nor the file's neighbours matter. The
module is bent before anybody imports a name from it, so everybody has the bent one. Source: importlib, "Loaders".
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, ModuleType

BLOCKS = ("body", "orelse")  # of a compound statement


@dataclass(frozen=True, slots=True)
class Mutant:
    """One rule less: `old` becomes `new` in the function `where`, "package.module:Class.function"."""

    name: str
    where: str
    old: str
    new: str

    @property
    def module(self) -> str:
        """The module that has the function."""
        return self.where.partition(":")[0]

    @property
    def function(self) -> str:
        """Its qualified name in the module."""
        return self.where.partition(":")[2]


def never(name: str, where: str, condition: str) -> Mutant:
    """A condition that is false whatever happens."""
    return Mutant(name, where, condition, "False")


def always(name: str, where: str, condition: str) -> Mutant:
    """A condition that is true whatever happens."""
    return Mutant(name, where, condition, "True")


def without(name: str, where: str, statements: str) -> Mutant:
    """Statements that are left out."""
    return Mutant(name, where, statements, "")


def bent(mutant: Mutant, source: str | bytes) -> ast.Module:
    """The module with its one function bent. Raises: LookupError if function or rule is not there, or there twice."""
    tree = ast.parse(source)
    function = _function(tree, mutant)
    old, new = ast.parse(mutant.old).body, ast.parse(mutant.new).body
    match old, new:
        case [ast.Expr(value=rule)], [ast.Expr(value=other)]:
            swap: _Expression | _Statements = _Expression(rule, other)
        case _:
            swap = _Statements(old, new)
    swap.visit(function)
    if swap.times != 1:
        raise LookupError(
            f"{mutant.name!r}: the rule stands {swap.times} times in {mutant.where}, and must stand there once. "
            f"Rewrite the mutant.\n--- the rule\n{mutant.old}\n--- the function\n{ast.unparse(function)}"
        )
    return ast.fix_missing_locations(tree)


def bent_module(mutant: Mutant) -> ast.Module:
    """The same of the module as it is installed. Raises: LookupError also for a module that is not there."""
    try:
        spec = find_spec(mutant.module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise LookupError(f"{mutant.name!r}: there is no module {mutant.module}. Rewrite the mutant.")
    return bent(mutant, Path(spec.origin).read_bytes())


def _function(tree: ast.Module, mutant: Mutant) -> ast.AST:
    at: ast.AST = tree
    for name in mutant.function.split("."):
        found = [
            node
            for node in getattr(at, "body", ())
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
        ]
        if not found:
            raise LookupError(f"{mutant.name!r}: {mutant.module} has no {mutant.function}. Rewrite the mutant.")
        at = found[-1]  # the setter of a property, an overload: the last is the one that counts
    return at


class _Expression(ast.NodeTransformer):
    """Puts `new` where `old` stands, and counts how often."""

    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new, self.times = old, new, 0

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and ast.dump(node) == ast.dump(self.old):
            self.times += 1
            return self.new
        return self.generic_visit(node)


class _Statements(ast.NodeVisitor):
    """The same with statements, wherever they follow one another in a block."""

    def __init__(self, old: Sequence[ast.stmt], new: Sequence[ast.stmt]) -> None:
        self.old, self.new, self.times = old, new or [ast.Pass()], 0

    def visit(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child)
        for _, block in ast.iter_fields(node):
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                self._swap(block)

    def _swap(self, block: list[ast.AST]) -> None:
        width = len(self.old)
        for start in reversed(range(len(block) - width + 1)):
            there = block[start : start + width]
            if all(map(_is, there, self.old)):
                self.times += 1
                bodies = iter([node for node, rule in zip(there, self.old, strict=True) if _is_any_body(rule)])
                block[start : start + width] = [_filled(stmt, bodies) for stmt in self.new]


def _is_any_body(stmt: ast.AST) -> bool:
    match getattr(stmt, "body", None):
        case [ast.Expr(value=ast.Constant(value=value))]:
            return value is ...
    return False


def _is(node: ast.AST, rule: ast.AST) -> bool:
    if _is_any_body(rule):
        return ast.dump(_with_blocks(node, {})) == ast.dump(_with_blocks(rule, {}))
    return ast.dump(node) == ast.dump(rule)


def _with_blocks(stmt: ast.AST, blocks: dict[str, list[ast.stmt]]) -> ast.AST:
    """A copy whose body and else are these; without them, empty."""
    fields = {name: blocks.get(name, []) if name in BLOCKS else value for name, value in ast.iter_fields(stmt)}
    return type(stmt)(**fields)


def _filled(stmt: ast.stmt, bodies: Iterator[ast.AST]) -> ast.AST:
    """The statement; with three dots for its body, it takes over the next of the bodies that were there."""
    if not _is_any_body(stmt):
        return stmt
    there = next(bodies)
    return _with_blocks(stmt, {name: getattr(there, name) for name in BLOCKS if hasattr(there, name)})


class Bending:
    """A finder that loads one module bent: put first on `sys.meta_path`, before that module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    @classmethod
    def install(cls, mutant: Mutant) -> None:
        """From here on the mutant's module is the bent one. Raises: ImportError if it was imported before."""
        if mutant.module in sys.modules:
            raise ImportError(f"{mutant.module} is imported already, as it is")
        sys.meta_path.insert(0, cls(mutant))

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module as it is found, with a loader that bends it; None for every other."""
        spec = PathFinder.find_spec(name, path, target) if name == self.mutant.module else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Bent(name, spec.origin, self.mutant)
        return spec


class _Bent(SourceFileLoader):
    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """Compiled each time: what is cached is the module as it is."""
        path = self.get_filename(fullname)
        return compile(bent(self.mutant, self.get_data(path)), path, "exec")


def is_bent(mutant: Mutant) -> bool:
    """Whether this process has imported the mutant's module, and has it bent."""
    module = sys.modules.get(mutant.module)
    return isinstance(getattr(module, "__loader__", None), _Bent)
