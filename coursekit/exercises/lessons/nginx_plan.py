"""Lesson 06: what another base changes, and a plan that reaches a goal.

Source: packages_bullseye.json (bytes by cause), alpine.json, base_images.json.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.anatomy.ledger import by_cause
from coursekit.exercises.checks import within
from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.lessons.nginx_sizes import LESSON, manifest_of, own_image, total
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, Outcome, WrongModel, expect
from coursekit.image.units import human_size


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
    question=lambda case: (
        f"Your image {case['name']} stands on {case['parent']}. You build it FROM "
        "nginx:1.21.3-alpine instead; your own two layers (the last two) stay as they are. What size is it now? (1 % "
        f"either way is near enough.)\n\n```\n{manifest_of(case)}\n```"
    ),
    form=Fill({"travels": "transferred by a first pull", "unpacked": "file bytes on disk"}, {"bytes": Number("bytes")}),
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
    "drop-image-filter": (
        "leave out the image-filter module, fonts included",
        "nginx-module-image-filter",
        "thumbnails",
    ),
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
    "no-label": "leave out the LABEL line",
    "no-expose": "leave out the EXPOSE line",
    "short-cmd": "write CMD without brackets",
    "no-stopsignal": "leave out the STOPSIGNAL line",
}
_ALWAYS = ("rm-later", "no-kernel", "one-env")  # those by which a belief shows
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
    others = [key for key in _NOTHING if key not in _ALWAYS]
    rows = [*_MEASURES, *_ALWAYS, *random.sample(others, random.randrange(1, len(others))), "alpine"]
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
                expect(
                    begun and key not in taken,
                    claim=f"keeps {label}",
                    have=f"Your plan loses {label}." if begun else "Your plan saves nothing yet.",
                    want="What must keep working has to stay.",
                )
            )
    for key, label in ((row, _NOTHING[row]) for row in case["rows"] if row in _NOTHING):
        found.append(
            expect(
                begun and key not in taken,
                claim=f"leaves out {key}",
                weight=0.5,
                have=f"“{label}” saves 0 bytes here." if begun else "Your plan saves nothing yet.",
                want="A plan has measures that save something.",
            )
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
            MISCONCEPTIONS["later-rm-shrinks"],
            _taking("rm-later"),
            "The layer that brought the fonts is closed and travels.",
        ),
        WrongModel(
            MISCONCEPTIONS["image-has-a-kernel"], _taking("no-kernel"), "The ledger's row for the kernel says 0 bytes."
        ),
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
