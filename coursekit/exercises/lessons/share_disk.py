"""Lesson 05: what several images weigh on one disk, which real ones share a base, and how layers are ordered to share.

Source: facts/nginx shared_base_images.json, each row with its own; docker's storage driver
page, "Container size on disk".
"""

from functools import partial
from random import Random
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.diagrams.scenes.shelf import shelf
from coursekit.exercises.forms import Arrange, Fill, Number, Pick
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

LESSON = "05-sharing"


def _images(random: Random) -> dict[str, Any]:
    """Three images: all on one base, two of them on one runtime besides, each with a layer of its own."""
    sizes = {
        "base": random.randrange(60_000_000, 130_000_000),
        "runtime": random.randrange(40_000_000, 200_000_000),
        **{name: random.randrange(3_000_000, 60_000_000) for name in ("shop", "blog", "mail")},
    }
    first, second, third = random.sample(("shop", "blog", "mail"), 3)
    images = {first: ["base", "runtime", first], second: ["base", "runtime", second], third: ["base", third]}
    return {"sizes": sizes, "images": dict(sorted(images.items())), "removed": random.choice((first, second, third))}


def _size(case: Case, name: str) -> int:
    return sum(case["sizes"][layer] for layer in case["images"][name])


def _disk(case: Case, **changes: int) -> dict[str, Any]:
    images, sizes = case["images"], case["sizes"]
    others = {layer for name, layers in images.items() if name != case["removed"] for layer in layers}
    truth = {
        "sum": sum(_size(case, name) for name in images),
        "disk": sum(sizes.values()),
        "freed": sum(sizes[layer] for layer in images[case["removed"]] if layer not in others),
    }
    return {row: {"bytes": changes.get(row, size)} for row, size in truth.items()}


def _listing(case: Case) -> str:
    return "\n".join(
        f"{name}   " + "  +  ".join(f"{layer} {case['sizes'][layer]:,}" for layer in layers)
        for name, layers in case["images"].items()
    )


STORED_ONCE = Exercise(
    id="stored-once",
    lesson=LESSON,
    title="Three images, one disk",
    kind=Kind.TABLE,
    points=3,
    objective="tell what a set of images weighs on disk, and what removing one frees",
    make=_images,
    question=lambda case: (
        "Three images and their layers, base first, in bytes of files. Layers of one name are the "
        "same "
        f"layer.\n\n```\n{_listing(case)}\n```\n\nWhat do the sizes that `docker images` lists add up to? How many bytes "
        "do "
        f"the layers take on disk? And how many of those does `docker rmi {case['removed']}` free?"
    ),
    form=lambda case: Fill(
        {"sum": "the listed sizes, added up", "disk": "on disk", "freed": f"freed by docker rmi {case['removed']}"},
        {"bytes": Number("bytes")},
    ),
    truth=_disk,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["sizes-add-up"],
            lambda case: {"disk": {"bytes": sum(_size(case, name) for name in case["images"])}},
            "Row “on disk”: the base is counted once for each image in the sum, and lies on disk once.",
        ),
        WrongModel(
            MISCONCEPTIONS["rmi-frees-the-image"],
            lambda case: {"freed": {"bytes": _size(case, case["removed"])}},
            "Row “freed”: the other images still stand on the shared layers.",
        ),
    ),
    hints=(
        Hint("How many different layers are there in all?"),
        Hint("Which layers of the removed image does no other image use?", after="rmi-frees-the-image"),
        Hint("Sum: each image's layers, added. Disk: each layer once. Freed: the layers that are the image's alone."),
    ),
    explanation="A list of images counts shared layers again and again; the disk has each once. So adding up the "
    "column "
    "SIZE overstates, and removing an image frees less than it shows. `docker system df` does the sum for you.",
)

_BUILDS = {
    "buster, October": "910392427fdf",
    "bullseye, November": "a2405ebb9892",
    "bullseye, December": "ece5ff85ca54",
    "bullseye, October": "16dc2c6d1932",
}
_REAL = {  # image: the build of its first layer; names are marked with the day where the tag was built anew
    "nginx:1.21.3": "buster, October",
    "nginx:1.20.1": "buster, October",
    "mysql:8.0.26": "buster, October",
    "mysql:5.7.36": "buster, October",
    "dart:2": "buster, October",
    "redis:6.2.6": "bullseye, November",
    "python:3.8-slim": "bullseye, November",
    "memcached:1.6.12": "bullseye, November",
    "ruby:3-slim": "bullseye, November",
    "postgres:10-bullseye": "bullseye, November",
    "nginx:1.21.4 (rebuilt in December)": "bullseye, December",
    "httpd:2.4.51 (of December)": "bullseye, December",
    "python:3.9-slim (of October)": "bullseye, October",
}
_MINE = "nginx:1.21.4"
_SHARED = "bullseye, November"


def _shelf(random: Random) -> dict[str, Any]:
    """Two to four images with the base of nginx:1.21.4, some of other builds, an nginx on another base among them."""
    same = random.sample([name for name, build in _REAL.items() if build == _SHARED], random.randrange(2, 5))
    later = random.sample(["httpd:2.4.51 (of December)", "python:3.9-slim (of October)"], random.randrange(1, 3))
    older = random.sample(["mysql:8.0.26", "mysql:5.7.36", "dart:2"], random.randrange(1, 3))
    nginx = random.choice(("nginx:1.21.3", "nginx:1.20.1", "nginx:1.21.4 (rebuilt in December)"))
    chosen = [*same, *later, *older, nginx]
    random.shuffle(chosen)
    images = dict(zip("abcdefghi", chosen, strict=False))
    first_rows = {letter: _BUILDS[_REAL[name]] for letter, name in images.items()}
    return {"mine": _BUILDS[_SHARED], "images": images, "first_rows": first_rows}


def _release(name: str) -> str:
    return _REAL[name].split(",")[0]


def _shelf_scene(case: Case) -> Scene:
    """The images and their bases, compared one by one once the pick is made."""
    bases = {letter: f"ADD file:{row}…" for letter, row in case["first_rows"].items()}
    return shelf(_MINE, f"ADD file:{case['mine']}…", case["images"], bases, title="Who stands on the same base?")


REAL_SHARING = Exercise(
    id="real-sharing",
    lesson=LESSON,
    title="Who shares a base with nginx?",
    kind=Kind.CHOICE,
    points=2,
    objective="tell from layers, and not from names, which images share",
    make=_shelf,
    question=lambda case: (
        f"A host of December 2021 has `{_MINE}` of November. Its history begins with `ADD file:"
        f"{case['mine']}…`, a Debian bullseye. These are on the host too, each with the release and the first row of "
        "its "
        "history (the same `ADD file:` is the same archive, and the same layer):\n\n```\n"
        + "\n".join(
            f"{letter}  {name:<36}{_release(name):<10}ADD file:{case['first_rows'][letter]}…"
            for letter, name in case["images"].items()
        )
        + "\n```\n\nWhich of them share their base layer with it?"
    ),
    form=lambda case: Pick(case["images"], partial(_shelf_scene, case)),
    truth=lambda case: [letter for letter, row in case["first_rows"].items() if row == case["mine"]],
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["same-distribution-shares"],
            lambda case: [letter for letter, name in case["images"].items() if _release(name) == "bullseye"],
            "The bullseye of another month: a new build, a new archive, another digest.",
        ),
        WrongModel(
            MISCONCEPTIONS["same-repository-shares"],
            lambda case: [letter for letter, name in case["images"].items() if name.startswith("nginx")],
            "The other nginx stands on another base; the name says nothing of the layers.",
        ),
    ),
    hints=(
        Hint("What makes two layers the same: where they come from, or what they hold?"),
        Hint("Is every bullseye the same archive?", after="same-distribution-shares"),
        Hint("Compare the twelve digits after `ADD file:`."),
    ),
    explanation="A layer is its bytes. Debian's bases are built anew every few weeks, and images that were built on "
    "the "
    "same day's base share it, whatever they are called. So hosts and teams that keep their images on **one** base, "
    "and rebuild them together, share more.",
)

_STEPS = {
    "system": "apt-get install of what all programs need",
    "runtime": "the language's runtime",
    "libraries": "the libraries that the program names",
    "settings": "certificates and settings",
    "program": "the program itself",
}
_OFTEN = (1, 5, 25, 80, 350)  # times a year, further apart than any two of the sizes


def _dockerfile(random: Random) -> dict[str, Any]:
    """The five steps, with sizes within a factor of three, and how often each changes, not always as one would "
    "guess."""
    while True:
        sizes = {step: random.randrange(20_000_000, 60_000_000) for step in random.sample(sorted(_STEPS), 5)}
        yearly = dict(zip(random.sample(sorted(_STEPS), 5), _OFTEN, strict=True))
        by_size = sorted(sizes, key=lambda step: -sizes[step])
        if by_size not in (list(yearly), list(yearly)[::-1]):
            return {"sizes": sizes, "yearly": yearly}


ORDER_TO_SHARE = Exercise(
    id="order-to-share",
    lesson=LESSON,
    title="Order a Dockerfile",
    kind=Kind.ORDER,
    points=2,
    objective="order the steps of a Dockerfile so that an update sends little",
    make=_dockerfile,
    question=lambda case: (
        "Five steps of a Dockerfile do not depend on one another. Each makes a layer. When a step "
        "changes, its layer and all that come after it are built anew, and every host has to fetch them again.\n\n```\n"
        + "\n".join(
            f"{step:<10} {case['sizes'][step]:>12,} bytes, changes {case['yearly'][step]:>3} times a year"
            for step in case["sizes"]
        )
        + "\n```\n\nIn which order, **first to last**, do the hosts fetch least over a year?"
    ),
    form=lambda case: Arrange({step: f"{step}: {_STEPS[step]}" for step in case["sizes"]}),
    truth=lambda case: sorted(case["sizes"], key=lambda step: case["yearly"][step]),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["largest-first"],
            lambda case: sorted(case["sizes"], key=lambda step: -case["sizes"][step]),
            "Compare two neighbours: what is sent when the lower one changes, and how often is that?",
        ),
        WrongModel(
            MISCONCEPTIONS["base-last"],
            lambda case: sorted(case["sizes"], key=lambda step: -case["yearly"][step]),
            "The first instruction makes the lowest layer, and all others stand on it.",
        ),
    ),
    hints=(
        Hint("If the first step changes every day, how many layers are built anew every day?"),
        Hint(
            "Does it help that a layer is large, if it must be sent again each time one below it changes?",
            after="largest-first",
        ),
        Hint("What changes most rarely comes first, what changes every day last."),
    ),
    explanation="A layer can be shared only as long as nothing below it changes. So what is stable goes down, and what "
    "changes daily on top: then the daily update is one small layer on four that are everywhere already.",
)


def fetched(case: Case, order: list[str]) -> int:
    """Bytes that a host fetches in a year if the steps stand in this order, first to last."""
    return sum(
        case["yearly"][step] * sum(case["sizes"][above] for above in order[at:]) for at, step in enumerate(order)
    )
