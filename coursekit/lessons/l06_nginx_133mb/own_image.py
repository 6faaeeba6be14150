"""A learner's own image: it stands on a published nginx and adds two layers, so that every variant has its own numbers.

Source: coursekit/data/nginx/size_semantics.json.
"""

from random import Random
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.exercises.model import Case

_PARENTS = ("nginx:1.21.3", "nginx:1.21.4")


def own_image(random: Random) -> dict[str, Any]:
    """An image FROM a published one with two more layers: `layers` base first, each with digest, compressed, files."""
    parent = published(random.choice(_PARENTS))
    layers = [
        {"digest": layer.digest[:19], "compressed": layer.compressed.value, "files": layer.files.value}
        for layer in parent.layers
    ]
    for _ in range(2):
        files = random.randrange(4_000_000, 30_000_000)
        compressed = int(files * random.uniform(0.3, 0.5))
        layers.append({"digest": f"sha256:{random.getrandbits(48):012x}", "compressed": compressed, "files": files})
    return {"name": f"shop:{random.randrange(2, 40)}", "parent": parent.name, "layers": layers}


def total(case: Case, size: str) -> int:
    """Sum of one size over the image's layers."""
    return sum(int(layer[size]) for layer in case["layers"])


def listed(case: Case) -> str:
    """The layers of the image as text, one a line, base first: digest, compressed and file bytes."""
    return "\n".join(f"{layer['digest']}  {layer['compressed']:>10}  {layer['files']:>10}" for layer in case["layers"])
