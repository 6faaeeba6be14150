"""`ck.yours`: the nine functions of lesson 07 as a file system over a real image.

mine = ck.yours()                      takes lookup, readdir, … from the notebook
mine                                   which are there; the tree that they show, beside the engine's
mine.ls("/etc"), mine.cat("/etc/os-release"), mine.find("/etc", "*.conf")
mine.sh("ls -l etc; cat etc/motd")     real programs in it, where this machine can mount it
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from html import escape
from types import FunctionType
from typing import Any

from coursekit.diagrams.html import scene_of
from coursekit.diagrams.svg import figure
from coursekit.image.image import Image
from coursekit.image.open import open_image
from coursekit.language import _, series
from coursekit.own_union import mount
from coursekit.own_union.calls import NAMES, NEEDED, Calls, worded
from coursekit.own_union.image_trees import ImageTrees
from coursekit.own_union.tree import OwnTree, Printed
from coursekit.own_union.walk import Compared, compared

IMAGE = "debian-nginx:bullseye"
TOLD = 5  # differences that are told


class OwnUnion(OwnTree):
    """The learner's file system. It shows itself: what is written, and how its tree stands beside the engine's."""

    def __init__(self, image: Image, functions: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(Calls(functions, ImageTrees(image)))
        self.image = image
        self._compared: Compared | None = None

    @property
    def upper(self) -> dict[str, Any]:
        """The layer that they write to, as a dict."""
        return self.calls.upper

    @property
    def trouble(self) -> str:
        """Why nothing can be shown, in a sentence; '' where it can."""
        missing = [name for name in NEEDED if self.calls.missing(name)]
        if os.environ.get("COURSEKIT_BOX"):
            return _("It is not shown where a notebook is graded.")
        if missing:
            names = series(f"`{name}`" for name in missing)
            return _("Not written yet: {names}. With lookup, readdir and read there is a tree to be seen.").format(
                names=names
            )
        try:
            if not self.is_dir("/"):
                return _('Your `lookup` says that "/" is a file. It should return "dir".')
        except OSError as problem:
            return _('Your `lookup` does not find "/": {problem}').format(problem=worded(problem))
        return ""

    def compare(self) -> Compared:
        """Their tree beside the engine's. Worked out once."""
        if self._compared is None:
            self._compared = compared(self.image, self)
        return self._compared

    def sh(self, command: str, seconds: float = 20) -> Printed:
        """A line of this machine's shell, in a directory at which the tree is mounted; what it writes is in `upper` then."""
        if self.trouble:
            return Printed(self.trouble)
        return Printed(mount.ran(self, command, seconds))

    def summary(self) -> list[str]:
        """What there is to say, in sentences."""
        name = self.image.name or self.image.id.short
        if self.trouble:
            return [self.trouble]
        found = self.compare()
        said = [
            _("Your functions show {n:,} names of {image}; the engine shows {all:,}.").format(
                n=found.theirs, image=name, all=found.engines
            )
        ]
        if found.same:
            said.append(_("✓ Every one of them is the same: same names, same kinds, same sizes."))
        said += [found.ended] if found.ended else []
        for path, mine, engines in found.differ[:TOLD]:
            said.append(
                _("{path}: yours is {mine}; the engine's is {engines}.").format(path=path, mine=mine, engines=engines)
            )
        if len(found.differ) > TOLD:
            said.append(_("… and {n:,} more differences.").format(n=len(found.differ) - TOLD))
        said += self.calls.troubles[:TOLD]
        left = [name for name in NAMES if self.calls.missing(name)]
        if left:
            names = series(f"`{name}`" for name in left)
            said.append(_("Not written yet: {names}. Until then what needs them is refused.").format(names=names))
        return said

    def __repr__(self) -> str:
        return "\n".join(self.summary())

    def _repr_html_(self) -> str:
        said = [re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(each)) for each in self.summary()]
        lines = "".join(f"<p style='margin:.3em 0'>{each}</p>" for each in said)
        found = None if self.trouble else self.compare()
        if found is None or not found.differ:
            return f"<div>{lines}</div>"
        path = next((path for path, _mine, _engines in found.differ if path != "/"), "")
        return f"<div>{lines}{figure(scene_of(self.image, path)) if path else ''}</div>"


def yours(image: Image | str = IMAGE, **functions: Any) -> OwnUnion:
    """A file system of the functions that are given by name, or, where none are, of those in the notebook.

    Raises: CourseError for no such image; TypeError for a name that is none of the nine.
    """
    strange = sorted(set(functions) - set(NAMES))
    if strange:
        said = _("yours() has no function {name}; it takes {names}")
        raise TypeError(said.format(name=repr(strange[0]), names=series(NAMES)))
    names = functions or _notebook(sys._getframe(1).f_globals)
    found = {name: each for name in NAMES if callable(each := names.get(name)) and not _empty(each)}
    return OwnUnion(open_image(image) if isinstance(image, str) else image, found)


def _notebook(names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The functions among a notebook's names."""
    return {name: names[name] for name in NAMES if isinstance(names.get(name), FunctionType)}


def _empty(function: Callable[..., Any]) -> bool:
    """Whether a function does nothing at all yet: a docstring, `...` or `pass`."""
    code = getattr(function, "__code__", None)
    if code is None or len(code.co_code) > len(_nothing.__code__.co_code):
        return False
    return set(code.co_consts) <= {None, ..., function.__doc__}


def _nothing() -> None: ...
