"""Imports point down the floors of the house: a module knows the floors below it and its own folder, nothing above."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import coursekit

PACKAGE = Path(coursekit.__file__).parent
FLOORS = {
    "errors": 0,
    "events": 0,
    "showing": 0,
    "fs": 1,
    "union": 2,
    "image": 3,
    "container": 4,
    "anatomy": 4,
    "diagrams": 5,
    "widgets": 6,
    "exercises": 7,
    "lessons": 8,
    "grading": 9,
}
TOP = 10  # cli, docker, magic and what else stands directly under the roof: one floor, one folder
# The arrows that point up, asked for by name when they are needed: objects show themselves, and an instant check runs a
# learner's function where the grader would; the catalogue asks for the folders of the lessons.
ARROWS = {
    ("showing.py", "widgets"),
    ("showing.py", "diagrams"),
    ("exercises/session.py", "grading"),
    ("exercises/catalogue.py", "lessons"),
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def floor(part: str) -> int:
    return FLOORS.get(part, TOP)


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module of coursekit that the file imports, in functions too, and by import_module; not for types alone."""
    for node in running(tree):
        match node:
            case ast.Import(names=names):
                found = [alias.name for alias in names]
            case ast.ImportFrom(module=module, names=names, level=0) if module:
                found = [f"{module}.{alias.name}" for alias in names] if module == "coursekit" else [module]
            case ast.ImportFrom(level=level) if level:
                raise AssertionError(f"line {node.lineno}: relative imports hide their floor")
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str() as text)]):
                found = [text] if name in ("import_module", "__import__") else []
            case _:
                continue
        yield from (name for name in found if name.split(".")[0] == "coursekit")


def running(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those below `if TYPE_CHECKING:`."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from running(child)


def wrong(path: Path, source: str) -> list[str]:
    """The imports of a module that point up or sideways."""
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    found = []
    for name in imports(ast.parse(source)):
        part = name.partition(".")[2].partition(".")[0]
        if part in ("", "__version__"):  # `import coursekit`, for its place or version: a table of names, no logic
            continue
        level = floor(part) == floor(own) and (part == own or floor(own) == TOP)
        allowed = floor(part) < floor(own) or level or (path.relative_to(PACKAGE).as_posix(), part) in ARROWS
        if not allowed:
            found.append(f"{own} (floor {floor(own)}) imports {name} (floor {floor(part)})")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    if path.name == "__init__.py" and path.parent == PACKAGE:
        pytest.skip("the names of a notebook: a table of where they live, imported on first use")
    assert wrong(path, path.read_text()) == []


@pytest.mark.parametrize(
    ("own", "source"),
    [
        ("fs/x.py", "from coursekit.layers.layer import Layer"),
        ("union/x.py", "def f():\n    import coursekit.image.image"),
        ("container/x.py", "from coursekit import anatomy"),
        ("image/x.py", "from importlib import import_module\nimport_module('coursekit.cli')"),
    ],
)
def test_a_wrong_import_is_seen(own: str, source: str) -> None:
    assert len(wrong(PACKAGE / own, source)) == 1


def test_one_folder_imports_nbgrader() -> None:
    importers = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if any(name.split(".")[0] == "nbgrader" for name in names):
                importers.add(path.relative_to(PACKAGE).as_posix())
    assert all(path.startswith("grading/nbgrader/") for path in importers)
