"""Lesson 05: which blobs travel. `pull_plan` written, and the bytes of commit, push and pull.

    manifest  {"config": {"digest", "size"}, "layers": [{"digest", "size"}, …]}        have  [digest, …]
    ->        [[digests to fetch, in order], bytes]

Source: OCI distribution-spec, "Pulling", "Pushing"; image-spec manifest.md. Simplified: one
platform, so no index; a push may mount a blob from another repository, which also sends nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.lessons.share_disk import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, WrongModel

Manifest = Mapping[str, Any]
Plan = list[Any]

SOLUTION = """
def pull_plan(manifest, have):
    fetch, size = [], 0
    for blob in [manifest["config"], *manifest["layers"]]:
        if blob["digest"] not in have and blob["digest"] not in fetch:
            fetch.append(blob["digest"])
            size += blob["size"]
    return [fetch, size]
"""


def pull_plan(manifest: Manifest, have: Collection[str]) -> Plan:
    """The digests to fetch, the config first and then the layers base first, each once; and their bytes."""
    return _plan([manifest["config"], *manifest["layers"]], have)


def _plan(blobs: Sequence[Mapping[str, Any]], have: Collection[str]) -> Plan:
    sizes = {blob["digest"]: blob["size"] for blob in blobs if blob["digest"] not in have}
    return [list(sizes), sum(sizes.values())]


def _everything(manifest: Manifest, have: Collection[str]) -> Plan:
    return pull_plan(manifest, ())


def _base_is_there(manifest: Manifest, have: Collection[str]) -> Plan:
    return pull_plan(manifest, {*have, manifest["layers"][0]["digest"]})


def _no_config(manifest: Manifest, have: Collection[str]) -> Plan:
    return _plan(manifest["layers"], have)


def _each_mention(manifest: Manifest, have: Collection[str]) -> Plan:
    found = [blob for blob in [manifest["config"], *manifest["layers"]] if blob["digest"] not in have]
    return [[blob["digest"] for blob in found], sum(blob["size"] for blob in found)]


_MODELS: dict[str, Callable[[Manifest, Collection[str]], Plan]] = {
    "pull-fetches-all": _everything,
    "parent-comes-free": _base_is_there,
    "only-layers-travel": _no_config,
    "each-mention-travels": _each_mention,
}


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """Twenty calls, small ones first; each belief is wrong on five of them."""
    calls: list[list[Any]] = []
    rules = list(_MODELS.values())
    while len(calls) < 20:
        rule = rules[len(calls) % len(rules)]
        while True:
            manifest, have = _drawn(random, 1 + len(calls) // 5)
            if rule(manifest, have) != pull_plan(manifest, have):
                break
        calls.append([manifest, have])
    return calls


def _drawn(random: Random, layers: int) -> tuple[dict[str, Any], list[str]]:
    """A manifest, now and then with a layer twice, and what a host has: some of it, and something else."""
    blobs = [_blob(random, 10_000_000) for _ in range(layers)]
    if random.random() < 0.4:
        blobs.insert(random.randrange(len(blobs) + 1), random.choice(blobs))
    config = _blob(random, 9_000)
    have = {blob["digest"] for blob in [config, *blobs] if random.random() < 0.4} | {_blob(random, 1000)["digest"]}
    return {"config": config, "layers": blobs}, sorted(have)


def _blob(random: Random, largest: int) -> dict[str, Any]:
    return {"digest": f"sha256:{random.randrange(16**6):06x}", "size": random.randrange(100, largest)}


def _claim(args: Sequence[Any]) -> str:
    manifest, have = args
    digests = [blob["digest"] for blob in manifest["layers"]]
    if len(set(digests)) < len(digests):
        return "a layer that is listed twice travels once"
    return "what is here already stays where it is" if {*digests} & {*have} else "what is missing travels"


def _valid(args: Sequence[Any]) -> bool:
    manifest, _ = args
    if set(manifest) != {"config", "layers"} or not manifest["layers"]:
        return False
    blobs = [manifest["config"], *manifest["layers"]]
    return all(set(blob) == {"digest", "size"} for blob in blobs) and all(
        one["size"] == other["size"] for one in blobs for other in blobs if one["digest"] == other["digest"]
    )


PULL_PLAN = Exercise(
    id="pull-plan",
    lesson=LESSON,
    title="Write the pull plan",
    kind=Kind.FUNCTION,
    points=4,
    objective="write the plan of a pull: which blobs travel, and how many bytes that is",
    make=lambda random: {},
    question="Write `pull_plan(manifest, have)`. `manifest` is a dict as a registry gives it: "
    "`{'config': {'digest': …, 'size': …}, 'layers': [{'digest': …, 'size': …}, …]}`, the layers base first. `have` "
    "is the "
    "list of digests that the host has. Return a list of two: the digests to fetch, the config first and then the "
    "layers in the manifest's order, each once; and the sum of their sizes.",
    truth=lambda case: SOLUTION,
    function=Function("pull_plan", _inputs, pull_plan, claim=_claim, valid=_valid),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["pull-fetches-all"],
            _everything,
            "`have` names what need not travel: docker prints `Already exists` for it.",
        ),
        WrongModel(
            MISCONCEPTIONS["parent-comes-free"],
            _base_is_there,
            "`layers[0]` travels as well, unless its digest is in `have`.",
        ),
        WrongModel(
            MISCONCEPTIONS["only-layers-travel"], _no_config, "`manifest['config']` names a blob like the others."
        ),
        WrongModel(
            MISCONCEPTIONS["each-mention-travels"],
            _each_mention,
            "The manifest with one digest in two places: after the first it is here.",
        ),
    ),
    hints=(
        Hint("Which blobs does a manifest name in all, and which of them need not travel?"),
        Hint(
            "What has the host once it has fetched a layer for the first of its two mentions?",
            after="each-mention-travels",
        ),
        Hint("One loop over `[manifest['config'], *manifest['layers']]`; skip what is in `have` or planned already."),
    ),
    explanation="A pull is set arithmetic on digests: named by the manifest, minus here already. Since a digest says "
    "what "
    "a blob holds, nobody has to compare contents, and a layer that came with another image, years ago and from "
    "another "
    "registry, counts.",
)


def _team(random: Random) -> dict[str, Any]:
    """The blobs of an image's base and middle, and of the layer that a commit adds; its size unpacked."""
    layer = random.randrange(2_000_000, 30_000_000)
    return {
        "base": random.randrange(25_000_000, 60_000_000),
        "middle": random.randrange(10_000_000, 90_000_000),
        "layer": layer,
        "unpacked": layer * random.randrange(25, 40) // 10,
    }


def _moved(case: Case, **changes: int) -> dict[str, Any]:
    whole = case["base"] + case["middle"] + case["layer"]
    truth = {
        "commit": 0,
        "push-known": case["layer"],
        "push-empty": whole,
        "pull-fresh": whole,
        "pull-base": case["middle"] + case["layer"],
        "pull-again": 0,
    }
    return {row: {"bytes": changes.get(row, size)} for row, size in truth.items()}


WHAT_MOVES = Exercise(
    id="what-moves",
    lesson=LESSON,
    title="Commit, push, pull: what moves?",
    kind=Kind.TABLE,
    points=4,
    objective="tell how many bytes a commit, a push and a pull send over the network",
    make=_team,
    question=lambda case: (
        f"An image has two layers, whose blobs are {case['base']:,} bytes (a public base) and "
        f"{case['middle']:,} bytes. A container of it is changed and committed; the new layer is {case['unpacked']:,} "
        "bytes "
        f"of files, or {case['layer']:,} bytes as a blob. How many bytes of layers cross the network? (Manifest and "
        "config, a "
        "few kB, do not count.)"
    ),
    form=Fill(
        {
            "commit": "docker commit",
            "push-known": "docker push, to a registry that has the image it was made from",
            "push-empty": "docker push, to an empty registry",
            "pull-fresh": "docker pull, by a host that has nothing",
            "pull-base": "docker pull, by a host that has another image of the same base",
            "pull-again": "docker pull, by the same host a second time",
        },
        {"bytes": Number("bytes")},
    ),
    truth=_moved,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["commit-uploads"],
            lambda case: {"commit": {"bytes": case["layer"]}},
            "Row `docker commit`: it works without a network.",
        ),
        WrongModel(
            MISCONCEPTIONS["push-sends-everything"],
            lambda case: {"push-known": {"bytes": case["base"] + case["middle"] + case["layer"]}},
            "Row of the registry that has the parent image: `Layer already exists`, says docker, twice.",
        ),
        WrongModel(
            MISCONCEPTIONS["parent-comes-free"],
            lambda case: {"pull-fresh": {"bytes": case["layer"]}},
            "Row of the host that has nothing: someone has to send the base, too.",
        ),
        WrongModel(
            MISCONCEPTIONS["docker-images-size-travels"],
            lambda case: {"push-known": {"bytes": case["unpacked"]}},
            "The new layer travels as it lies in the registry: compressed.",
        ),
    ),
    hints=(
        Hint("For each row: who has which blobs before, and what is missing on the other side?"),
        Hint("Does a commit need a network at all?", after="commit-uploads"),
        Hint(
            "Known registry: the new blob. Empty one, or fresh host: all three. Same base: the two others. Again: "
            "nothing."
        ),
    ),
    explanation="Every one of these is “what the other side lacks”. That is why a small change to a large image is "
    "quick "
    "to ship, why the first pull of the day is slow and the second is not, and why a common base pays.",
)
