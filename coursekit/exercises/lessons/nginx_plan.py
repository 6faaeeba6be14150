"""Lesson 06: why a later `rm` does not shrink an image, what another base changes, and a plan that reaches a goal.

Floor 7 (exercises); data. Source: packages_bullseye.json (bytes by cause), alpine.json, base_images.json.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.anatomy.ledger import by_cause
from coursekit.exercises.checks import within
from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.lessons.nginx_sizes import LESSON, manifest_of, own_image, total
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, Outcome, WrongModel, expect
from coursekit.image.units import human_size

Stack = Sequence[Mapping[str, int | None]]

SOLUTION = '''
def stored_and_seen(layers):
    stored = 0
    merged = {}
    for layer in layers:
        stored += sum(size for size in layer.values() if size is not None)
        merged.update(layer)
    seen = sum(size for size in merged.values() if size is not None)
    return [stored, seen]
'''


def stored_and_seen(layers: Stack) -> list[int]:
    """Bytes that all layers store, and bytes of the merged tree; layers base first."""
    stored = 0
    merged: dict[str, int | None] = {}
    for layer in layers:
        stored += sum(size for size in layer.values() if size is not None)
        merged.update(layer)
    seen = sum(size for size in merged.values() if size is not None)
    return [stored, seen]


def _rm_shrinks(layers: Stack) -> list[int]:
    seen = stored_and_seen(layers)[1]
    return [seen, seen]


def _first_on_top(layers: Stack) -> list[int]:
    return stored_and_seen(list(reversed(layers)))


def _hides_siblings(layers: Stack) -> list[int]:
    merged: dict[str, int] = {}
    for layer in layers:
        gone = {path.rpartition("/")[0] for path, size in layer.items() if size is None}
        merged = {path: size for path, size in merged.items() if path.rpartition("/")[0] not in gone}
        merged.update({path: size for path, size in layer.items() if size is not None})
    return [stored_and_seen(layers)[0], sum(merged.values())]


_PATHS = (
    "/usr/lib/libicu.so", "/usr/lib/libgd.so", "/etc/app.conf", "/etc/motd", "/var/log/install.log", "/opt/app.tar",
)  # fmt: skip


def _stacks(case: Case, random: Random) -> list[list[Stack]]:
    """Twenty-four stacks: the first few show one rule each, the rest are mixed."""

    def size() -> int:
        return random.randrange(1, 30_000)

    a, b, c = random.sample(_PATHS, 3)
    stacks: list[Stack] = [
        [{a: size()}],
        [{a: size()}, {a: size() + 30_000}],
        [{a: size(), b: size()}, {a: None}],
        [{a: size()}, {a: None}, {a: size()}],
        [{"/etc/motd": size(), "/etc/app.conf": size()}, {"/etc/motd": None, c: size()}],
    ]
    while len(stacks) < 24:
        depth = random.randrange(2, 6)
        chosen = [random.sample(_PATHS, random.randrange(1, 5)) for _ in range(depth)]
        stacks.append([{path: _maybe(random, at, size()) for path in paths} for at, paths in enumerate(chosen)])
    return [[stack] for stack in stacks]


def _maybe(random: Random, at: int, size: int) -> int | None:
    """A file of that size, or now and then a whiteout; never in the base."""
    return None if at and random.random() < 0.3 else size


def _claim(args: Sequence[Any]) -> str:
    hidden = any(size is None for layer in args[0] for size in layer.values())
    return "stacks with whiteouts" if hidden else "stacks without whiteouts"


STORED_AND_SEEN = Exercise(
    id="stored-and-seen",
    lesson=LESSON,
    title="Stored and seen",
    kind=Kind.FUNCTION,
    points=4,
    objective="explain why deleting in a later layer does not shrink an image",
    make=lambda random: {},
    question="Write `stored_and_seen(layers)`. `layers` come base first; each is a dict from path to bytes, and "
    "`None` is a whiteout. Return `[stored, seen]`: the bytes that the image stores, and the bytes that a "
    "container sees.",
    truth=lambda case: SOLUTION,
    function=Function("stored_and_seen", _stacks, stored_and_seen, claim=_claim),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["later-rm-shrinks"],
            _rm_shrinks,
            "What the upper layer hides is still stored in the lower one: `stored` never falls.",
        ),
        WrongModel(
            MISCONCEPTIONS["base-last"],
            _first_on_top,
            "An image lists its layers base first: the last one is on top, and wins.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-hides-siblings"],
            _hides_siblings,
            "A whiteout of /etc/motd hides /etc/motd. /etc/app.conf stays.",
        ),
    ),
    hints=(
        Hint("Can adding a layer ever make the sum over all layers smaller?"),
        Hint("What does `merged.update(layer)` do when both have the same path, and in which order must it be called?"),
        Hint("For `seen`, start with an empty dict, `update` it layer by layer from the base, and leave the `None`s "
        "out."),
        Hint("Two sums: over all layers for `stored`, over the merged dict for `seen`.", after="later-rm-shrinks"),
    ),
    explanation="A layer is a list of changes that is only ever added. `RUN rm` adds a whiteout: less is seen, "
    "nothing less is stored. To save bytes, delete in the same RUN that created them, before the layer is closed.",
)


def _on_alpine(case: Case) -> dict[str, dict[str, int]]:
    alpine, own = published("nginx:1.21.3-alpine"), case["layers"][-2:]
    return {
        "travels": {"bytes": alpine.compressed.value + sum(int(layer["compressed"]) for layer in own)},
        "unpacked": {"bytes": alpine.files.value + sum(int(layer["files"]) for layer in own)},
    }


def _only_base(case: Case) -> dict[str, dict[str, int]]:
    alpine = published("nginx:1.21.3-alpine").layers[0]
    base = case["layers"][0]
    return {
        "travels": {"bytes": total(case, "compressed") - int(base["compressed"]) + alpine.compressed.value},
        "unpacked": {"bytes": total(case, "files") - int(base["files"]) + alpine.files.value},
    }


ALPINE_BESIDE = Exercise(
    id="alpine-beside",
    lesson=LESSON,
    title="The same on Alpine",
    kind=Kind.TABLE,
    points=2,
    objective="predict what another base image saves, in both senses of size",
    make=own_image,
    question=lambda case: f"Your image {case['name']} stands on {case['parent']}. You build it FROM "
    "nginx:1.21.3-alpine instead; your own two layers (the last two) stay as they are. What size is it now? (1 % "
    f"either way is near enough.)\n\n```\n{manifest_of(case)}\n```",
    form=Fill(
        {"travels": "transferred by a first pull", "unpacked": "file bytes on disk"}, {"bytes": Number("bytes")}
    ),
    truth=_on_alpine,
    same=within(0.01),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["base-swap-keeps-the-rest"],
            _only_base,
            "On Alpine nginx's own layer is another one too: 7.1 MB compressed, about 17 MB unpacked.",
        ),
        WrongModel(
            MISCONCEPTIONS["docker-images-size-travels"],
            lambda case: {"travels": _on_alpine(case)["unpacked"]},
            "22.9 MB is Alpine's unpacked size; 9,963,958 bytes of it travel.",
        ),
    ),
    hints=(
        Hint("Which layers of your image come from the parent, and which are your own?"),
        Hint("`ck.published('nginx:1.21.3-alpine')` has both sizes of the new parent."),
        Hint("New parent (all its layers) plus your two layers, once in each column."),
    ),
    explanation="The parent's layers go as a whole and the new parent's come: Alpine's base is 5.6 MB, and "
    "nginx's layer on it about 17 MB, as it is built with fewer and smaller libraries (musl, BusyBox, no ICU data "
    "of 28 MB). Your own layers weigh what they weighed.",
)

_MEASURES = {
    "drop-xslt": ("leave out the XSLT module and its libraries", "nginx-module-xslt", "XSLT transforms"),
    "drop-image-filter": ("leave out the image-filter module, fonts "
    "included", "nginx-module-image-filter", "thumbnails"),
    "drop-curl": ("leave out curl and its libraries", "curl", "a health check that calls curl"),
    "drop-ca": ("leave out openssl and the CA certificates", "ca-certificates", "TLS to other servers"),
    "drop-njs": ("leave out the njs module and readline", "nginx-module-njs", "njs scripts"),
    "drop-geoip": ("leave out the GeoIP module", "nginx-module-geoip", "GeoIP look-ups"),
}
_NOTHING = {
    "rm-later": "add RUN rm -rf /usr/share/fonts /usr/lib/*/libicu* at the end",
    "no-kernel": "remove the kernel and the boot loader",
    "one-env": "merge the three ENV lines into one",
    "rm-lists": "add rm -rf /var/lib/apt/lists/* to the RUN that has it already",
}
_BASE = "nginx:1.21.4"
_WORTH = 900_000  # bytes: what saves less is left to taste


def _saves() -> dict[str, int]:
    causes = dict(by_cause())
    return {key: causes[cause] for key, (_, cause, _) in _MEASURES.items()}


def _plan_case(random: Random) -> dict[str, Any]:
    """What must keep working (never both of the heavy modules), and a goal that the other measures just reach."""
    needs = [random.choice(("drop-xslt", "drop-image-filter"))] if random.random() < 0.75 else []
    needs += random.sample(("drop-curl", "drop-ca", "drop-njs", "drop-geoip"), random.randrange(0, 4))
    free = sum(size for key, size in _saves().items() if key not in needs and size > _WORTH)
    left = published(_BASE).files.value - free + random.randrange(50_000, 900_000)
    rows = [*_MEASURES, *_NOTHING, "alpine"]
    random.shuffle(rows)
    return {"needs": sorted(needs), "goal": left, "rows": rows}


def _plan_question(case: Case) -> str:
    words = [_MEASURES[key][2] for key in case["needs"]] or ["nothing but plain files"]
    return (
        f"nginx:1.21.4 is {published(_BASE).files.value:,} bytes unpacked. Yours must serve {' and '.join(words)}, "
        f"must stay on Debian for a vendor's library, and should be at most {case['goal']:,} bytes. Which measures "
        "do you take? Write 'yes' or 'no' for each."
    )


def _plan_form(case: Case) -> Fill:
    labels = {key: label for key, (label, _, _) in _MEASURES.items()} | _NOTHING | {"alpine": "build it on Alpine"}
    return Fill({row: labels[row] for row in case["rows"]}, {"take": Choose({"yes": "take it", "no": "leave it"})})


def _plan_truth(case: Case) -> dict[str, dict[str, str]]:
    taken = {key for key, size in _saves().items() if key not in case["needs"] and size > _WORTH}
    return {row: {"take": "yes" if row in taken else "no"} for row in case["rows"]}


def _judge_plan(case: Case, answer: Any) -> Sequence[Outcome]:
    taken = {row for row, cells in answer.items() if cells.get("take") == "yes"}
    saved = sum(size for key, size in _saves().items() if key in taken)
    left = published(_BASE).files.value - saved
    begun = saved > 0
    found = [
        expect(
            begun and left <= case["goal"],
            claim="the goal is reached",
            weight=3,
            have=f"Your plan saves {human_size(saved)} and leaves {left:,} bytes; the goal is {case['goal']:,}.",
            want="Look in the chart by cause for what weighs most and is not needed.",
        )
    ]
    for key in (*_MEASURES, "alpine"):
        if key in case["needs"] or key == "alpine":
            label = "Debian" if key == "alpine" else _MEASURES[key][2]
            found.append(
                expect(begun and key not in taken, claim=f"keeps {label}", have=f"Your plan loses {label}.",
                       want="What must keep working has to stay.")
            )
    for key, label in _NOTHING.items():
        found.append(
            expect(begun and key not in taken, claim=f"leaves out {key}", weight=0.5,
                   have=f"“{label}” saves 0 bytes here.", want="A plan has measures that save something.")
        )
    return found


def _taking(key: str) -> Any:
    return lambda case: {key: {"take": "yes"}}


SHRINK_PLAN = Exercise(
    id="shrink-plan",
    lesson=LESSON,
    title="A plan to shrink it",
    kind=Kind.TABLE,
    points=4,
    objective="plan a smaller image from measured causes, without measures that save nothing",
    make=_plan_case,
    question=_plan_question,
    form=_plan_form,
    truth=_plan_truth,
    judge=_judge_plan,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["later-rm-shrinks"], _taking("rm-later"), "The layer that brought the fonts is closed "
            "and travels."
        ),
        WrongModel(MISCONCEPTIONS["image-has-a-kernel"], _taking("no-kernel"), "The ledger's row for the kernel "
        "says 0 bytes."),
        WrongModel(MISCONCEPTIONS["env-makes-a-layer"], _taking("one-env"), "ENV's rows in the history are 0B."),
    ),
    hints=(
        Hint("Which causes weigh more than a megabyte, and which of them do you need?"),
        Hint("Which of these measures change the layer in which the bytes are born?"),
        Hint("What did `stored_and_seen` say of a file that a later layer deletes?", after="later-rm-shrinks"),
        Hint("`ck.chart_causes()` shows the bytes that each module, curl and the like asked for."),
    ),
    explanation="Bytes are saved where they are born: by not installing what is not needed, in the very RUN. XSLT "
    "brings ICU with 28 MB of tables, the image filter brings fonts and X11. Removing in a later layer, merging "
    "ENV lines or hunting for a kernel saves nothing; the lists of apt are gone already.",
)
