"""The widgets' browser side: ES modules in `js/`, joined into the one module that a widget is sent.

There is no build step. A widget names its entry; what that imports is found and put before it, each module in a
function of its own, so that its names stay its own, and each under a line that says which file it is:

    // ---- js/reel.js
    const $reel = (() => {
    const { PLAIN } = $told;                        import { PLAIN } from "./told.js";
    class Reel { … }                                export class Reel { … }
    return { Reel };
    })();

The entry stands last and bare, with its own `export`. Lines stay lines, so that an error names a line that one finds.
Of the language of modules only what is used here is understood, and anything else is an error when a widget is first
made: named imports and `import * as`, from files beside; exports where a thing is declared; no circles.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from coursekit.diagrams.look import css
from coursekit.language import ENGLISH, _, plural, spoken

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import (\* as (?P<all>\w+)|\{(?P<names>[^}]*)\}) from "(?P<where>\.[^"]*)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_SAID = re.compile(rf"\b(?:say|later)\(\s*{_TEXT}")
_COUNTED = re.compile(rf"\bplural\(\s*{_TEXT},\s*{_TEXT}")


@cache
def module(entry: str) -> str:
    """The JavaScript of a widget: the module js/`entry`.js and all that it imports. Raises: ValueError."""
    return joined((_HERE / "js" / f"{entry}.js").read_text(encoding="utf-8"), f"{entry}.js")


def joined(source: str, name: str = "entry.js") -> str:
    """`source` as if it stood at js/`name`, with all that it imports before it. Raises: ValueError."""
    order: dict[str, str] = {}
    last = _resolved(source, name, order, (name,))
    parts = [f"// ---- js/{each}\n{text}" for each, text in order.items()]
    return "\n".join([*parts, f"// ---- js/{name}\n{last}\n//# sourceURL=coursekit/{name}"])


def _resolved(source: str, name: str, order: dict[str, str], above: tuple[str, ...]) -> str:
    """`source` with its imports read from what `order` then holds: the modules below it, those they need first."""

    def constant(found: re.Match[str]) -> str:
        where = (Path("/") / name).parent.joinpath(found["where"]).as_posix()
        path = Path(_flat(where)).as_posix()
        if path in above:
            raise ValueError(f"js/{name} imports js/{path}, which imports it: {' > '.join((*above, path))}")
        if path not in order:
            below = (_HERE / "js" / path).read_text(encoding="utf-8")
            order[path] = _wrapped(below, path, order, (*above, path))
        names = found["all"] or f"{{{found['names']}}}".replace(" as ", ": ")
        return f"const {names} = {_variable(path)};"

    return _IMPORT.sub(constant, source)


def _wrapped(source: str, name: str, order: dict[str, str], above: tuple[str, ...]) -> str:
    """A module as a function that is called at once and gives what it exports."""
    names = [found["name"] for found in _EXPORT.finditer(source)]
    text = _EXPORT.sub("", _resolved(source, name, order, above))
    if left := _LEFT.search(text):
        raise ValueError(f"js/{name}: {left[0]!r} is not understood; see coursekit/widgets/joined.py for what is")
    return f"const {_variable(name)} = (() => {{ {text.rstrip()}\nreturn {{ {', '.join(names)} }};\n}})();"


def _flat(path: str) -> str:
    """A path without `..`, from js/."""
    parts: list[str] = []
    for part in path.strip("/").split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


@cache
def style(*names: str) -> str:
    """The look of every scene, and the style sheets css/`names`."""
    return css() + "\n".join((_HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in names)


def catalogue(source: str) -> Mapping[str, str | list[str]]:
    """What the texts of a module are in the language in use: template to template, of two for a number to both."""
    return {} if spoken() == ENGLISH else _translated(source, spoken())


@cache
def _translated(source: str, _language: str) -> dict[str, str | list[str]]:
    said: dict[str, str | list[str]] = {text: _(text) for text in map(_unquoted, _SAID.findall(source))}
    for one, many in _COUNTED.findall(source):
        first, second = _unquoted(one), _unquoted(many)
        said[first] = [plural(first, second, 1), plural(first, second, 2)]
    return said


def _unquoted(text: str) -> str:
    return str(json.loads(f'"{text}"'))
