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


KEY = Key(
    truth=lambda case: _entries(case, _spelled),
    same=_same_entry,
    wrong=(
        Wrong(
            "whiteout-before-path",
            lambda case: _entries(case, lambda kind, path: None if kind == "anew" else f".wh.{path}"),
        ),
        Wrong("empty-file-deletes", lambda case: _entries(case, lambda kind, path: path if kind == "file" else None)),
        Wrong(
            "wildcard-whiteout",
            lambda case: _entries(case, lambda kind, path: f"{path}/.wh.*" if kind == "anew" else None),
        ),
    ),
)
