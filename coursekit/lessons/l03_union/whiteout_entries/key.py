"""How a deletion is spelled in a layer's archive.

Source: OCI image-spec layer.md, "Whiteouts", "Opaque Whiteout".
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_OPAQUE = ".wh..wh..opq"


def _spelled(kind: str, path: str) -> str:
    above, _, name = path.rpartition("/")
    return f"{path}/{_OPAQUE}" if kind == "anew" else f"{above}/.wh.{name}"


def _entries(case: Case, spell: Any) -> dict[str, dict[str, str]]:
    """An entry for each step for which `spell` has one."""
    found = {number: spell(kind, path) for number, (kind, path) in case["steps"].items()}
    return {number: {"entry": entry} for number, entry in found.items() if entry is not None}


def _same_entry(have: Any, want: Any) -> bool:
    """Archives may spell a path `./etc/x`, and people `/etc/x`."""
    return type(have) is str and _plain(have) == _plain(want)


def _plain(path: str) -> str:
    return path.strip().removeprefix("./").strip("/")


def _only(kinds: str, spell: Any) -> Any:
    """The entries of steps of these kinds: `spell(above, name)`."""

    def said(kind: str, path: str) -> str | None:
        above, _, name = path.rpartition("/")
        return spell(above, name) if kind in kinds.split() else None

    return lambda case: _entries(case, said)


KEY = Key(
    truth=lambda case: _entries(case, _spelled),
    same=_same_entry,
    wrong=(
        Wrong(
            "whiteout-before-path",
            lambda case: _entries(case, lambda kind, path: None if kind == "anew" else f".wh.{path}"),
            each=True,
        ),
        Wrong(
            "empty-file-deletes",
            lambda case: _entries(case, lambda kind, path: path if kind == "file" else None),
            each=True,
        ),
        Wrong(
            "wildcard-whiteout",
            lambda case: _entries(case, lambda kind, path: f"{path}/.wh.*" if kind == "anew" else None),
        ),
        Wrong("empty-file-deletes", _only("file dir", lambda above, name: f"{above}/{name}"), place="directories-too"),
        Wrong("empty-file-deletes", _only("anew", lambda above, name: f"{above}/{name}"), place="a-plain-directory"),
        Wrong("opaque-deletes-the-directory", _only("dir", lambda above, name: f"{above}/{name}/{_OPAQUE}")),
        Wrong("whiteout-then-anew", _only("anew", lambda above, name: f"{above}/.wh.{name}")),
        Wrong("whiteout-at-the-root", _only("file dir", lambda above, name: f".wh.{name}"), each=True),
        Wrong("whiteout-lies-inside", _only("dir", lambda above, name: f"{above}/{name}/.wh.{name}")),
        Wrong(
            "whiteout-lies-inside",
            _only("file dir", lambda above, name: f"{above}/{name}/.wh.{name}"),
            place="inside-a-file",
            each=True,
        ),
        Wrong("whiteout-behind-the-name", _only("file dir", lambda above, name: f"{above}/{name}.wh"), each=True),
        Wrong(
            "whiteout-behind-the-name",
            _only("file dir", lambda above, name: f"{above}/{name}.wh."),
            place="with-a-dot",
            each=True,
        ),
        Wrong(
            "wildcard-whiteout",
            _only("dir", lambda above, name: f"{above}/{name}/.wh.*"),
            place="wildcard-for-a-directory",
        ),
        Wrong("opaque-beside-the-directory", _only("anew", lambda above, name: f"{above}/{_OPAQUE}")),
        Wrong(
            "whiteout-before-path",
            _only("file", lambda above, name: f".wh.{above}/{name}"),
            place="files-alone",
            each=True,
        ),
        Wrong(
            "opaque-beside-the-directory",
            _only("anew", lambda above, name: f"{above}/.wh..wh..opq.{name}"),
            place="with-the-name",
        ),
    ),
)
