"""The parent's layers go as a whole, and the new parent's come.

Source: coursekit/data/nginx: alpine.json, base_images.json.
"""

from collections.abc import Callable
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.exercises.checks import within
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.own_image import total

Sizes = dict[str, dict[str, int]]


def truth(case: Case) -> Sizes:
    """All of the Alpine image, and the learner's two layers."""
    alpine, own = published("nginx:1.21.3-alpine"), case["layers"][-2:]
    return {
        "travels": {"bytes": alpine.compressed.value + sum(int(layer["compressed"]) for layer in own)},
        "unpacked": {"bytes": alpine.files.value + sum(int(layer["files"]) for layer in own)},
    }


def _only_base(case: Case) -> Sizes:
    alpine = published("nginx:1.21.3-alpine").layers[0]
    base = case["layers"][0]
    return {
        "travels": {"bytes": total(case, "compressed") - int(base["compressed"]) + alpine.compressed.value},
        "unpacked": {"bytes": total(case, "files") - int(base["files"]) + alpine.files.value},
    }


def _files_travel(case: Case) -> Sizes:
    return {"travels": truth(case)["unpacked"]}


def _sizes(layers: Callable[[Any], Any], own: bool = True) -> Callable[[Case], Sizes]:
    """Both columns over some of Alpine's layers, and the learner's two."""

    def said(case: Case) -> Sizes:
        chosen = layers(published("nginx:1.21.3-alpine").layers)
        mine = case["layers"][-2:] if own else []
        return {
            "travels": {
                "bytes": sum(each.compressed.value for each in chosen) + sum(int(each["compressed"]) for each in mine)
            },
            "unpacked": {"bytes": sum(each.files.value for each in chosen) + sum(int(each["files"]) for each in mine)},
        }

    return said


def _one(column: str, said: Callable[[Case], Sizes]) -> Callable[[Case], Sizes]:
    return lambda case: {column: said(case)[column]}


def _as_before(case: Case) -> Sizes:
    return {"travels": {"bytes": total(case, "compressed")}, "unpacked": {"bytes": total(case, "files")}}


def _both_kept(case: Case) -> Sizes:
    right = truth(case)
    return {"unpacked": {"bytes": right["unpacked"]["bytes"] + right["travels"]["bytes"]}}


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("base-swap-keeps-the-rest", _only_base),
        Wrong("docker-images-size-travels", _files_travel),
        Wrong("own-layers-are-lost", _sizes(lambda layers: layers, own=False)),
        Wrong("nginx-comes-with-the-base", _sizes(lambda layers: layers[:1])),
        Wrong("alpine-changes-nothing", _as_before, each=True),
        Wrong(
            "own-layers-are-lost", _one("travels", _sizes(lambda layers: layers, own=False)), place="lost-on-the-wire"
        ),
        Wrong("own-layers-are-lost", _one("unpacked", _sizes(lambda layers: layers, own=False)), place="lost-on-disk"),
        Wrong(
            "nginx-comes-with-the-base", _one("travels", _sizes(lambda layers: layers[:1])), place="base-on-the-wire"
        ),
        Wrong("one-size", lambda case: {"unpacked": truth(case)["travels"]}),
        Wrong("size-counts-both", _both_kept),
        Wrong("base-swap-keeps-the-rest", _one("travels", _only_base), place="rest-on-the-wire"),
        Wrong("base-swap-keeps-the-rest", _one("unpacked", _only_base), place="rest-on-disk"),
        Wrong("parent-comes-free", _sizes(lambda layers: ())),
    ),
    same=within(0.01),
)
