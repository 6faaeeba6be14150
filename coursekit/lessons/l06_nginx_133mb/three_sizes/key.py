"""What travels is compressed; the classic store counts files, the containerd store both.

Source: coursekit/data/nginx/size_semantics.json.
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.own_image import total
from coursekit.lessons.l06_nginx_133mb.three_sizes.case import ROWS

Sizes = dict[str, dict[str, int]]


def truth(case: Case) -> Sizes:
    """Three senses of one image's size."""
    compressed, files = total(case, "compressed"), total(case, "files")
    return {"pull": {"bytes": compressed}, "classic": {"bytes": files}, "containerd": {"bytes": compressed + files}}


def _files_travel(case: Case) -> Sizes:
    return {"pull": {"bytes": total(case, "files")}}


def _same_everywhere(case: Case) -> Sizes:
    return {row: {"bytes": total(case, "compressed")} for row in ROWS}


def _as_classic(case: Case) -> Sizes:
    return {"containerd": {"bytes": total(case, "files")}}


def _row(row: str, *columns: str) -> Callable[[Case], Sizes]:
    """One row, as the sum of these columns."""
    return lambda case: {row: {"bytes": sum(total(case, column) for column in columns)}}


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("docker-images-size-travels", _files_travel),
        Wrong("one-size", _same_everywhere),
        Wrong("stores-agree", _as_classic),
        Wrong(
            "one-size", lambda case: {row: {"bytes": total(case, "files")} for row in ROWS}, place="files-everywhere"
        ),
        Wrong("size-counts-both", _row("pull", "compressed", "files")),
        Wrong("classic-keeps-blobs", _row("classic", "compressed", "files")),
        Wrong("one-size", _row("classic", "compressed"), place="classic-as-it-travels"),
        Wrong("containerd-counts-blobs", _row("containerd", "compressed")),
        Wrong(
            "parent-comes-free",
            lambda case: {"pull": {"bytes": sum(int(layer["compressed"]) for layer in case["layers"][-2:])}},
        ),
        Wrong(
            "own-layers-come-free",
            lambda case: {"pull": {"bytes": sum(int(layer["compressed"]) for layer in case["layers"][:-2])}},
        ),
    ),
)
