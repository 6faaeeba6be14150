"""`commit`, `save` and `export` told apart by what is in their result.

    commit     the image's layers and one more
    save       layers, history, configuration
    export     one tar of the merged tree, and nothing else

Source: Docker's command line reference, docker container commit, export, image save.
"""

from collections.abc import Callable
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l02_layers.commit_save_export.case import COMMANDS

_HELD = {  # in the results of COMMANDS
    "added": ("yes", "no", "yes"),
    "rewritten": ("yes", "no", "yes"),
    "original": ("yes", "yes", "no"),
    "removed": ("yes", "yes", "no"),
    "hidden": ("yes", "yes", "no"),
    "untouched": ("yes", "yes", "yes"),
    "volume": ("no", "no", "no"),
    "layers": ("yes", "yes", "no"),
    "configuration": ("yes", "yes", "no"),
}


def truth(case: Case) -> dict[str, Any]:
    """commit adds a layer, save packs an image, export a tree."""
    return _inside(case, lambda fate, command: _HELD[fate][COMMANDS.index(command)])


def _inside(case: Case, says: Callable[[str, str], str | None]) -> dict[str, Any]:
    """The cells that `says(fate, command)` fills; None leaves one out."""
    found: dict[str, Any] = {}
    for row, (fate, _) in case["rows"].items():
        cells = {command: said for command in COMMANDS if (said := says(fate, command)) is not None}
        if cells:
            found[row] = cells
    return found


def _if(fates: tuple[str, ...], command: str, said: str) -> Callable[[Case], dict[str, Any]]:
    return lambda case: _inside(case, lambda fate, each: said if fate in fates and each == command else None)


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("volumes-are-committed", _if(("volume",), "commit", "yes")),
        Wrong("save-saves-the-container", _if(("added", "rewritten"), "save", "yes"), each=True),
        Wrong("export-keeps-layers", _if(("layers", "configuration"), "export", "yes"), each=True),
        Wrong("commit-stores-what-is-seen", _if(("hidden", "removed", "original"), "commit", "no"), each=True),
        Wrong("commit-flattens", _if(("layers", "hidden", "removed", "original"), "commit", "no"), each=True),
        Wrong("later-rm-shrinks", _if(("hidden",), "save", "no")),
        Wrong(
            "commit-holds-only-changes",
            _if(("layers", "configuration", "hidden", "untouched", "original", "removed"), "commit", "no"),
            each=True,
        ),
        Wrong("commit-drops-configuration", _if(("configuration",), "commit", "no")),
        Wrong("export-has-volumes", _if(("volume",), "export", "yes")),
        Wrong(
            "volumes-belong-to-the-image",
            lambda case: _inside(case, lambda fate, each: "yes" if fate == "volume" else None),
            each=True,
        ),
        Wrong("export-keeps-deleted", _if(("hidden", "removed", "original"), "export", "yes"), each=True),
        Wrong("export-is-of-the-image", _if(("added", "rewritten"), "export", "no"), each=True),
        Wrong(
            "later-rm-shrinks",
            lambda case: _inside(case, lambda fate, each: "no" if fate == "hidden" else None),
            place="in-no-image",
        ),
        Wrong(
            "export-keeps-layers",
            _if(("layers", "configuration", "hidden", "removed", "original"), "export", "yes"),
            place="all-of-it",
        ),
        Wrong("save-saves-the-container", _if(("removed", "original"), "save", "no"), place="deleted-in-c1", each=True),
        Wrong("commit-takes-the-image", _if(("added", "rewritten"), "commit", "no"), each=True),
        Wrong("export-holds-only-changes", _if(("untouched",), "export", "no")),
    ),
)
