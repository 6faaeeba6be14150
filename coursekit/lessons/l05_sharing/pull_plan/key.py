"""The blobs that a pull fetches: named by the manifest, less what is here already.

    manifest  {"config": {"digest", "size"}, "layers": [{"digest", "size"}, …]}        have  [digest, …]
    ->        [[digests to fetch, in order], bytes]

Source: OCI distribution-spec, "Pulling"; image-spec manifest.md. Simplified: one platform, so no index.
"""

from collections.abc import Collection, Mapping, Sequence
from random import Random
from typing import Any

from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong

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


_RULES = (_everything, _base_is_there, _no_config, _each_mention)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """Twenty calls, small ones first; each belief is wrong on five of them."""
    calls: list[list[Any]] = []
    while len(calls) < 20:
        rule = _RULES[len(calls) % len(_RULES)]
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
    if manifest["config"]["digest"] in have:
        return "a config that is here already stays where it is"
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


def _config_last(manifest: Manifest, have: Collection[str]) -> Plan:
    return _plan([*manifest["layers"], manifest["config"]], have)


def _top_first(manifest: Manifest, have: Collection[str]) -> Plan:
    return _plan([manifest["config"], *manifest["layers"][::-1]], have)


def _bytes_of_all(manifest: Manifest, have: Collection[str]) -> Plan:
    fetch, _ = pull_plan(manifest, have)
    return [fetch, sum(blob["size"] for blob in [manifest["config"], *manifest["layers"]])]


def _config_for_nothing(manifest: Manifest, have: Collection[str]) -> Plan:
    fetch, _ = pull_plan(manifest, have)
    return [fetch, _no_config(manifest, have)[1]]


def _counted_again(manifest: Manifest, have: Collection[str]) -> Plan:
    fetch, _ = pull_plan(manifest, have)
    return [fetch, _each_mention(manifest, have)[1]]


def _config_always(manifest: Manifest, have: Collection[str]) -> Plan:
    """The config is fetched, whatever the host has."""
    return pull_plan(manifest, set(have) - {manifest["config"]["digest"]})


def _layers_and_bytes_apart(manifest: Manifest, have: Collection[str]) -> Plan:
    return [_no_config(manifest, have)[0], pull_plan(manifest, have)[1]]


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("pull-fetches-all", _everything),
        Wrong("parent-comes-free", _base_is_there),
        Wrong("only-layers-travel", _no_config),
        Wrong("each-mention-travels", _each_mention),
        Wrong("config-comes-last", _config_last),
        Wrong("top-layer-first", _top_first),
        Wrong("sizes-of-all", _bytes_of_all),
        Wrong("config-weighs-nothing", _config_for_nothing),
        Wrong("mentions-weigh-again", _counted_again),
        Wrong("pull-fetches-all", _config_always, place="config-always"),
        Wrong("only-layers-travel", _layers_and_bytes_apart, place="not-in-the-list"),
    ),
    function=Function("pull_plan", _inputs, pull_plan, claim=_claim, valid=_valid),
)
