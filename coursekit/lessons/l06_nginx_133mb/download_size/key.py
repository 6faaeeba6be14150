"""A host that has nothing fetches every layer of the manifest, compressed.

Source: coursekit/data/nginx/size_semantics.json.
"""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.own_image import total


def truth(case: Case) -> int:
    """Bytes of all blobs."""
    return total(case, "compressed")


def _files(case: Case) -> int:
    return total(case, "files")


def _own_layers(case: Case) -> int:
    return sum(int(layer["compressed"]) for layer in case["layers"][-2:])


def _both(case: Case) -> int:
    return total(case, "compressed") + total(case, "files")


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("docker-images-size-travels", _files),
        Wrong("parent-comes-free", _own_layers),
        Wrong("size-counts-both", _both),
    ),
)
