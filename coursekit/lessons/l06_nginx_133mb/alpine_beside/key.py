"""The parent's layers go as a whole, and the new parent's come.

Source: coursekit/data/nginx: alpine.json, base_images.json.
"""

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


KEY = Key(
    truth=truth,
    wrong=(Wrong("base-swap-keeps-the-rest", _only_base), Wrong("docker-images-size-travels", _files_travel)),
    same=within(0.01),
)
