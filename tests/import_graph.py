"""The graph of all imports of coursekit, and its circles: `python -m tests.import_graph [module or room]` prints them.

An arrow goes from a module to each one that it names: at its top, inside a function, for types alone, or as a string
("coursekit.widgets.show", f"coursekit.shell.commands.{name}"), which somebody will import. The package itself is no
node: it is a table of names, loaded on first use. Nor is what a module's package imports by being its package.
A circle is a strongly connected component: modules of which each leads to each other (Tarjan 1972).
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import coursekit

PACKAGE = Path(coursekit.__file__).parent
Graph = Mapping[str, frozenset[str]]


def modules(package: Path = PACKAGE) -> dict[str, Path]:
    """Every module by its name below coursekit ("union.lookup"; a package by its folder's name), in order."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = path
    return found


def graph(package: Path = PACKAGE) -> Graph:
    """The modules that each module names."""
    known = modules(package)
    return {name: arrows(name, path.read_text(), known) for name, path in known.items()}


def arrows(own: str, source: str, known: Mapping[str, object]) -> frozenset[str]:
    """The modules that the text of module `own` names, itself left out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        for name, is_prefix in _named(node):
            below = name.removeprefix("coursekit").removeprefix(".")
            if is_prefix:  # the rest is known at run time only: it may be any of these
                found |= {each for each in known if below and each.startswith(below)}
            else:
                found |= {_module(below, known)}
    return frozenset(found - {own, ""})


def _named(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """What a node of the syntax tree names of coursekit; with True, the beginning of a name."""
    match node:
        case ast.Import(names=names):
            said = [(alias.name, False) for alias in names]
        case ast.ImportFrom(level=0, module=str() as module, names=names):
            said = [(f"{module}.{alias.name}", False) for alias in names]
        case ast.ImportFrom():
            raise AssertionError(f"line {node.lineno}: a relative import hides its floor")
        case ast.Constant(value=str() as text) if all(part.isidentifier() for part in text.split(".")):
            said = [(text, False)]
        case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]):
            said = [(text, True)]
        case _:
            return
    yield from ((name, is_prefix) for name, is_prefix in said if name.split(".")[0] == "coursekit")


def _module(name: str, known: Mapping[str, object]) -> str:
    """The module that a dotted name is in, or is; '' for the package itself."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def circles(found: Graph) -> list[frozenset[str]]:
    """The components of more than one module, largest first."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    open_ones: set[str] = set()
    components = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        path.append(module)
        open_ones.add(module)
        for other in sorted(found.get(module, ())):
            if other not in number:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in open_ones:
                lowest[module] = min(lowest[module], number[other])
        if lowest[module] == number[module]:
            members = frozenset(path[path.index(module) :])
            del path[-len(members) :]
            open_ones.difference_update(members)
            components.append(members)

    for module in found:
        if module not in number:
            visit(module)
    return sorted((each for each in components if len(each) > 1), key=lambda each: (-len(each), sorted(each)))


def told(found: Graph, about: str = "") -> str:
    """Each circle with the arrows inside it; with `about`, what that module or room names and who names it."""
    if about:
        inside = {name for name in found if name == about or name.startswith(f"{about}.")}
        pairs = [(one, other) for one in found for other in sorted(found[one]) if (one in inside) != (other in inside)]
        return "\n".join(f"{one} → {other}" for one, other in sorted(pairs))
    lines = []
    for circle in circles(found):
        lines.append(f"{len(circle)} modules")
        lines += [f"    {name} → {', '.join(sorted(found[name] & circle))}" for name in sorted(circle)]
    return "\n".join(lines or ["no circles"])


if __name__ == "__main__":
    print(told(graph(), *sys.argv[1:]))
