"""Lesson 06: what travels, what lies on disk, and what `docker images` prints.

A learner's own image stands on a published nginx image and adds two layers, so that every variant has its own numbers.

Source: coursekit/data/nginx/size_semantics.json.
"""

from random import Random
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel
from coursekit.image.units import human_size

LESSON = "06-nginx-133mb"
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


def manifest_of(case: Case) -> str:
    """The layers of the image as text, one a line, base first."""
    rows = [f"{layer['digest']}  {layer['compressed']:>10}  {layer['files']:>10}" for layer in case["layers"]]
    return "\n".join(["blob (start of digest)      size  file bytes", *rows])


_LABELS = {
    "travels": "about 54 MB: the layers travel compressed",
    "unpacked": "about 133 MB: what docker images says is what has to come",
    "package": "about 10 MB: nginx's package is the bulk, the rest is shared or empty",
    "both": "about 187 MB: compressed and unpacked together",
}


def _predict(random: Random) -> dict[str, Any]:
    labels = list(_LABELS.values())
    random.shuffle(labels)
    return {"options": dict(zip("abcd", labels, strict=True))}


def _key(case: Case, what: str) -> str:
    """The letter under which `what` stands in this variant."""
    return next(str(key) for key, label in case["options"].items() if label == _LABELS[what])


PREDICT_DOWNLOAD = Exercise(
    id="predict-download",
    lesson=LESSON,
    title="What will travel?",
    kind=Kind.PREDICTION,
    points=1,
    objective="tell the size of an image on disk from the bytes that a pull transfers",
    make=_predict,
    question="`docker images` says 133MB beside nginx. A fresh host runs `docker pull nginx`. How much is transferred?",
    form=lambda case: Choose(case["options"]),
    truth=lambda case: _key(case, "travels"),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["docker-images-size-travels"],
            lambda case: _key(case, "unpacked"),
            "The manifest's `size` is of the compressed blob; add the six up.",
        ),
        WrongModel(
            MISCONCEPTIONS["package-is-the-bulk"],
            lambda case: _key(case, "package"),
            "The first layer alone, a Debian without nginx, is 27 MB compressed.",
        ),
        WrongModel(
            MISCONCEPTIONS["size-counts-both"],
            lambda case: _key(case, "both"),
            "187 MB is what Docker 29's store **keeps**: the compressed blobs and what they unpack to.",
        ),
    ),
    hints=(
        Hint(
            "A registry stores each layer as one file. In which form would you store it, if you paid for the traffic?"
        ),
        Hint("The next cell lists the manifest: `size` is what travels, layer by layer."),
    ),
    explanation="Layers travel as gzip blobs. Text and machine code shrink to about 40 %, so 133 MB of files are "
    "54 MB of blobs. `docker images` of the classic store adds up unpacked files; it says nothing about the "
    "network.",
)

DOWNLOAD_SIZE = Exercise(
    id="download-size",
    lesson=LESSON,
    title="Bytes of a pull",
    kind=Kind.VALUE,
    points=2,
    objective="read a download size from a manifest",
    make=own_image,
    question=lambda case: (
        f"Your image {case['name']} is built FROM {case['parent']} and adds two layers. How many "
        f"bytes of layers does a host fetch that has none of them?\n\n```\n{manifest_of(case)}\n```"
    ),
    form=Number("bytes"),
    truth=lambda case: total(case, "compressed"),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["docker-images-size-travels"],
            lambda case: total(case, "files"),
            "You added the right-hand column: bytes of files after unpacking.",
        ),
        WrongModel(
            MISCONCEPTIONS["parent-comes-free"],
            lambda case: sum(int(layer["compressed"]) for layer in case["layers"][-2:]),
            "The parent's six blobs are in your image's manifest too, and this host has none of them.",
        ),
        WrongModel(
            MISCONCEPTIONS["size-counts-both"],
            lambda case: total(case, "compressed") + total(case, "files"),
            "A blob crosses the network once, compressed. Unpacking happens on the host.",
        ),
    ),
    hints=(
        Hint("Which of the two columns is about the blob, and which about what comes out of it?"),
        Hint("Is there any layer that this host has already?", after="parent-comes-free"),
        Hint("`sum(layer['size'] for layer in manifest['layers'])`, with the numbers of your own table."),
    ),
    explanation="A manifest lists every layer of the image, the parent's as well, each with the size of its blob. "
    "The sum is the download for a host that has nothing; what it has by digest, it skips.",
)


def _three(case: Case) -> dict[str, dict[str, int]]:
    compressed, files = total(case, "compressed"), total(case, "files")
    return {"pull": {"bytes": compressed}, "classic": {"bytes": files}, "containerd": {"bytes": compressed + files}}


def _same_everywhere(case: Case, size: int) -> dict[str, dict[str, int]]:
    return {row: {"bytes": size} for row in ("pull", "classic", "containerd")}


THREE_SIZES = Exercise(
    id="three-sizes",
    lesson=LESSON,
    title="One image, three sizes",
    kind=Kind.TABLE,
    points=3,
    objective="say which size a tool prints: transferred, unpacked, or both kept",
    make=own_image,
    question=lambda case: (
        f"Three numbers for one image, {case['name']}. (Where a store keeps unpacked files, "
        f"count file bytes and leave the rounding to disk blocks aside.)\n\n```\n{manifest_of(case)}\n```"
    ),
    form=Fill(
        {
            "pull": "transferred by the first docker pull",
            "classic": "SIZE in docker images with the classic store (overlay2)",
            "containerd": "DISK USAGE in docker images of Docker 29 (containerd store)",
        },
        {"bytes": Number("bytes")},
    ),
    truth=_three,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["docker-images-size-travels"],
            lambda case: {"pull": {"bytes": total(case, "files")}},
            "The first row: blobs travel compressed.",
        ),
        WrongModel(
            MISCONCEPTIONS["one-size"],
            lambda case: _same_everywhere(case, total(case, "compressed")),
            "The second row: the classic store unpacks, and adds up the files.",
        ),
        WrongModel(
            MISCONCEPTIONS["stores-agree"],
            lambda case: {"containerd": {"bytes": total(case, "files")}},
            "The third row: containerd keeps the compressed blobs beside the unpacked layers, and counts both.",
        ),
    ),
    hints=(
        Hint("Two of the numbers are sums of one column each. Which store keeps both columns?"),
        Hint("The containerd store keeps what it fetched **and** what it unpacked.", after="stores-agree"),
        Hint("Row one: the left column. Row two: the right one. Row three: both."),
    ),
    explanation=lambda case: (
        f"The same image is {human_size(total(case, 'compressed'))} on the wire, "
        f"{human_size(total(case, 'files'))} in the classic list and about "
        f"{human_size(total(case, 'compressed') + total(case, 'files'))} in the list of Docker 29. A size without its "
        "sense is no measure: ask which one."
    ),
)
