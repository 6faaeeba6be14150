"""One small exercise of several kinds, as an author writes them: the worked example, and what the tests answer.

A teacher's module that COURSEKIT_EXERCISES names looks just so, with a tuple EXERCISES.
"""

import errno
from random import Random
from typing import Any

from coursekit import events
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.exercises.checks import within
from coursekit.exercises.forms import Arrange, Choose, Fill, Number, Pick, Text
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, Outcome, WrongModel, expect
from coursekit.layers.layer import Layer

LESSON = "99-tiny"


def _layers(random: Random) -> Case:
    """Sizes in bytes of an image's layers, base first: unpacked, and as they travel."""
    unpacked = [random.randrange(10_000_000, 90_000_000) for _ in range(3)]
    return {"unpacked": unpacked, "compressed": [size * random.randrange(30, 45) // 100 for size in unpacked]}


DOWNLOAD = Exercise(
    id="99-download",
    lesson=LESSON,
    title="What a pull transfers",
    kind=Kind.VALUE,
    points=2,
    objective="can read a download size from a manifest",
    question=lambda case: (
        f"Layers (bytes): unpacked {case['unpacked']}, compressed {case['compressed']}. How many travel?"
    ),
    make=_layers,
    form=Number("bytes"),
    truth=lambda case: sum(case["compressed"]),
    same=within(0.001),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["docker-images-size-travels"],
            predict=lambda case: sum(case["unpacked"]),
            parts="Step 2, where the manifest lists the blobs.",
        ),
    ),
    hints=(
        Hint("Which bytes go over the wire: the files, or the blobs that hold them?"),
        Hint("You added up unpacked files. What does a registry keep?", after="docker-images-size-travels"),
        Hint("Add the `compressed` sizes."),
    ),
    explanation="A pull transfers the compressed blobs of the manifest; `docker images` shows unpacked files.",
)


def _tree(random: Random) -> Case:
    names = random.sample(["hosts", "motd", "passwd", "fstab", "issue", "shells"], 3)
    return {
        "base": {name: "base" for name in names},
        "top": {name: random.choice(["top", "base", None]) for name in names},
    }


OWNERS = Exercise(
    id="99-owners",
    lesson=LESSON,
    title="Which layer is seen",
    kind=Kind.TABLE,
    points=3,
    objective="can say which layer provides a file",
    question=lambda case: f"Two layers: base has {sorted(case['base'])}, top has {_has(case)}. Who provides each?",
    make=lambda random: _with_one_on_top(_tree(random)),
    form=lambda case: Fill(
        {name: f"/etc/{name}" for name in case["base"]}, {"layer": Choose({"top": "top", "base": "base"})}
    ),
    truth=lambda case: {name: {"layer": "top" if case["top"][name] else "base"} for name in case["base"]},
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["bottom-wins"],
            predict=lambda case: {name: {"layer": "base"} for name in case["base"] if case["top"][name]},
            parts="The probe stops at the first slab that has the name.",
        ),
    ),
    hints=(Hint("Where does lookup begin?"), Hint("Ask the top layer first, and stop at the first hit.")),
    explanation="Lookup starts at the top.",
)


def _has(case: Case) -> list[str]:
    return sorted(name for name, found in case["top"].items() if found)


def _with_one_on_top(case: Case) -> Case:
    first = min(case["top"])
    return {**case, "top": {**case["top"], first: "top"}}


BOOT = Exercise(
    id="99-boot",
    lesson=LESSON,
    title="Order the boot",
    kind=Kind.ORDER,
    points=2,
    objective="can order the boot",
    question="In which order do they start? First one first.",
    make=lambda random: {"shuffled": random.sample(["firmware", "bootloader", "kernel", "init"], 4)},
    form=lambda case: Arrange({key: key.title() for key in case["shuffled"]}),
    truth=lambda case: ["firmware", "bootloader", "kernel", "init"],
    hints=(Hint("Who loads the kernel?"), Hint("The firmware is first, init last.")),
    explanation="Firmware loads the bootloader, which loads the kernel, which starts init.",
)

ADDS = Exercise(
    id="99-adds-files",
    lesson=LESSON,
    title="Which instructions add files",
    kind=Kind.CHOICE,
    points=1,
    objective="can tell a layer from configuration",
    question="Which of these make a layer with files?",
    make=lambda random: {"order": random.sample(["RUN", "COPY", "ENV", "CMD"], 4)},
    form=lambda case: Choose({key: key for key in case["order"]}, many=True),
    truth=lambda case: ["COPY", "RUN"],
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["env-makes-a-layer"], predict=lambda case: ["RUN", "COPY", "ENV"], parts="`docker history`."
        ),
    ),
    hints=(Hint("Which of them change a file?"), Hint("Look at the empty rows of `docker history`.")),
    explanation="RUN and COPY change files; ENV and CMD change the configuration.",
)


def lookup(layers: list[dict[str, Any]], name: str) -> Any:
    """The contents of `name` in layers, top first; None in a layer is a whiteout."""
    for layer in layers:
        if name in layer:
            if layer[name] is None:
                break
            return layer[name]
    raise OSError(errno.ENOENT, "No such file", name)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    calls: list[list[Any]] = [[[{"a": b"top"}, {"a": b"base"}], "a"], [[{"a": None}, {"a": b"base"}], "a"]]
    calls.append([[{"a": b"top"}, {"a": None}], "a"])  # in both groups something is found, whatever is drawn
    for _ in range(12):
        layers = [{name: random.choice([None, b"x", b"y"]) for name in random.sample("abcd", 2)} for _ in range(3)]
        calls.append([layers, random.choice("abcd")])
    return calls


def _claim(args: Any) -> str:
    layers, name = args
    return "a whiteout hides" if any(layer.get(name, b"") is None for layer in layers) else "the top layer wins"


def _bottom_first(layers: list[dict[str, Any]], name: str) -> Any:
    return lookup(layers[::-1], name)


LOOKUP = Exercise(
    id="99-lookup",
    lesson=LESSON,
    title="Write lookup",
    kind=Kind.FUNCTION,
    points=4,
    objective="can write lookup",
    question="Write `lookup(layers, name)`: layers top first, a whiteout is None, ENOENT when nothing is seen.",
    make=lambda random: {},
    truth=lambda case: (
        "import errno\n"
        "def lookup(layers, name):\n"
        "    for layer in layers:\n"
        "        if name in layer:\n"
        "            if layer[name] is None:\n"
        "                break\n"
        "            return layer[name]\n"
        "    raise OSError(errno.ENOENT, name)\n"
    ),
    function=Function("lookup", _inputs, lookup, claim=_claim),
    wrong_models=(WrongModel(MISCONCEPTIONS["bottom-wins"], predict=_bottom_first, parts="The first probe."),),
    hints=(Hint("Which layer do you ask first?"), Hint("What does a whiteout say about the layers below it?")),
    explanation="Top first; the first hit decides, and a whiteout is a hit that says no.",
)


def _flags(case: Case, text: Any) -> list[Outcome]:
    wrong = "133 GB" in str(text)
    return [expect(not wrong, claim="figures", have="You write 133 GB.", want="The image has 133 MB.")]


WORDS = Exercise(
    id="99-words",
    lesson=LESSON,
    title="Say why",
    kind=Kind.PROSE,
    points=3,
    objective="can explain an image's size",
    question="Why is the image 133 MB?",
    make=lambda random: {},
    form=Text(),
    truth=lambda case: (
        "Because of its base: 133 MB, of which nginx is a small part. A base brings the files that programs expect of a "
        "system: a shell, a C library, certificates, the tools of the package manager. Whoever builds an image takes one "
        "that exists, since it is known and kept up to date by others."
    ),
    judge=_flags,
    rubric=("names the base", "gives a figure"),
    hints=(Hint("What is the largest part?"), Hint("See the ledger.")),
    explanation="The base takes most of it.",
)


def picture() -> Scene:
    """Two layers; one file of the base is changed, the other deleted."""
    base, app = Layer.of({"/etc/hosts": "127.0.0.1", "/app/old.js": "old"}), Layer.of({"/app/main.js": "main"})
    happened = [events.CopiedUp(path="/etc/hosts", from_layer=2, size=9), events.WhitedOut(path="/app/old.js")]
    return stack_scene([app, base], happened=happened, names=["container layer", "app", "base"])


SEEN = Exercise(
    id="99-seen",
    lesson=LESSON,
    title="What is seen at the end",
    kind=Kind.PREDICTION,
    points=2,
    objective="can predict the merged view",
    question="`/etc/hosts` is changed and `/app/old.js` is deleted. What is in the merged view then?",
    make=lambda random: {},
    form=Pick({"/etc/hosts": "/etc/hosts", "/app/old.js": "/app/old.js"}, picture),
    truth=lambda case: ["/etc/hosts"],
    wrong_models=(WrongModel(MISCONCEPTIONS["whiteout-below"], predict=lambda case: ["/etc/hosts", "/app/old.js"]),),
    hints=(Hint("What hides a name?"), Hint("Step to the end.")),
    explanation="The whiteout hides the name, and nothing else.",
)

EXERCISES = (DOWNLOAD, OWNERS, BOOT, ADDS, LOOKUP, WORDS, SEEN)
