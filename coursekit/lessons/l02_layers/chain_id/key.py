"""Names by content: the chain of IDs.

    diff_ids   A     B              C
    chain_ids  A     sha(A B)       sha(sha(A B) C)        each names a layer together with all below it

Source: image-spec config.md, "Layer ChainID".
"""

import hashlib
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import Any

from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l02_layers.links_key import remark

SOLUTION = """
import hashlib


def sha256(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def chain_ids(diff_ids):
    chain = []
    for diff_id in diff_ids:
        chain.append(sha256(f"{chain[-1]} {diff_id}") if chain else diff_id)
    return chain
"""


def _sha(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def chain_ids(diff_ids: Sequence[str]) -> list[str]:
    """The chain ID after each layer, base first."""
    return list(accumulate(diff_ids, lambda parent, diff_id: _sha(f"{parent} {diff_id}")))


def _top_first(diff_ids: Sequence[str]) -> list[str]:
    return chain_ids(diff_ids[::-1])[::-1]


def _all_at_once(diff_ids: Sequence[str]) -> list[str]:
    joined = [" ".join(diff_ids[: n + 1]) for n in range(len(diff_ids))]
    return [_sha(text) if " " in text else text for text in joined]


def _base_hashed_too(diff_ids: Sequence[str]) -> list[str]:
    return chain_ids([_sha(diff_id) if at == 0 else diff_id for at, diff_id in enumerate(diff_ids)])


def _the_diff_ids(diff_ids: Sequence[str]) -> list[str]:
    return list(diff_ids)


def _images(case: Case, random: Random) -> list[list[list[str]]]:
    """Sixteen lists of layers: none, one, two, and up to nine."""
    counts = [1, 2, 0, 3, *(random.randrange(2, 10) for _ in range(12))]
    return [[[_sha(str(random.random())) for _ in range(count)]] for count in counts]


def _claim(args: Sequence[Any]) -> str:
    return {0: "an image without layers", 1: "the base names itself", 2: "two layers"}.get(
        len(args[0]), "longer chains"
    )


def _by(join: Callable[[str, str], str]) -> Callable[[Sequence[str]], list[str]]:
    return lambda diff_ids: list(accumulate(diff_ids, lambda parent, diff_id: _sha(join(parent, diff_id))))


def _digits(digest: str) -> str:
    return digest.partition(":")[2]


def _digits_alone(diff_ids: Sequence[str]) -> list[str]:
    return list(
        accumulate(diff_ids, lambda parent, diff_id: hashlib.sha256(f"{parent} {diff_id}".encode()).hexdigest())
    )


def _of_neighbours(diff_ids: Sequence[str]) -> list[str]:
    return [*diff_ids[:1], *(_sha(f"{below} {each}") for below, each in pairwise(diff_ids))]


def _without_the_base(diff_ids: Sequence[str]) -> list[str]:
    return chain_ids(diff_ids)[1:]


def _last_alone(diff_ids: Sequence[str]) -> list[str] | str:
    return chain_ids(diff_ids)[-1] if diff_ids else []


def _each_hashed(diff_ids: Sequence[str]) -> list[str]:
    return [_sha(each) for each in diff_ids]


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("base-last", _top_first),
        Wrong("chain-joins-all", _all_at_once),
        Wrong("chain-hashes-the-base", _base_hashed_too),
        Wrong("chain-is-diff-id", _the_diff_ids),
        Wrong("joined-without-blank", _by(lambda parent, diff_id: parent + diff_id)),
        Wrong("joined-without-blank", _by(lambda parent, diff_id: f"{parent}\n{diff_id}"), place="joined-by-a-line"),
        Wrong("layer-before-parent", _by(lambda parent, diff_id: f"{diff_id} {parent}")),
        Wrong("neighbours-make-a-chain", _of_neighbours),
        Wrong("digest-is-its-digits", _digits_alone),
        Wrong(
            "digest-is-its-digits",
            _by(lambda parent, diff_id: f"{_digits(parent)} {_digits(diff_id)}"),
            place="digits-hashed",
        ),
        Wrong("base-has-no-chain", _without_the_base),
        Wrong("last-is-enough", _last_alone),
        Wrong("chain-is-diff-id", _each_hashed, place="each-by-itself"),
        Wrong("last-is-enough", lambda diff_ids: chain_ids(diff_ids)[-1:], place="last-in-a-list"),
    ),
    remark=remark,
    function=Function("chain_ids", _images, chain_ids, claim=_claim, valid=lambda args: True),
)
