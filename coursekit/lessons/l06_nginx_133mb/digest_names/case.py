"""Five digests of nginx:1.21.3 under letters, of which one names nothing that is asked for.

Source: coursekit/data/nginx: the raw configuration and manifest, image_timeline.json.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Slots
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_IMAGE = "nginx:1.21.3"
_ROWS = ("config", "manifest", "blob", "tar")


def make(random: Random) -> dict[str, Any]:
    """A layer to ask for, and the digests with one of another layer."""
    layers = published(_IMAGE).layers
    at = random.randrange(len(layers))
    other = random.choice([layer.digest for layer in layers if layer.index != at])
    digests = [*named(at).values(), other]
    random.shuffle(digests)
    return {"layer": at, "letters": dict(zip("abcde", digests, strict=True))}


def named(at: int) -> dict[str, str]:
    """The digests that the rows ask for, where layer `at` is asked for."""
    image = published(_IMAGE)
    layer = image.layers[at]
    return {
        "config": image.image_id,
        "manifest": image.manifest_digest,
        "blob": layer.digest,
        "tar": str(layer.diff_id),
    }


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The layer's number, and the digests by letter."""
    digests = "\n".join(f"{letter}  {digest}" for letter, digest in case["letters"].items())
    return {"layer": f"{case['layer']}", "digests": digests}


def form(case: Case, say: Say) -> Fill:
    """The letter of each thing's digest."""
    shown = {letter: f"{letter}: {digest[:19]}…" for letter, digest in case["letters"].items()}
    return Fill({row: say(row) for row in _ROWS}, {"digest": Choose(shown)}, Slots())


CASE = Asked(Kind.TABLE, points=2, make=make, view=view, form=form)
