"""Lesson 02: names by content. Write the chain of IDs; recompute the ID that was published in 2021.

    diff_ids   A     B              C
    chain_ids  A     sha(A B)       sha(sha(A B) C)        each names a layer together with all below it

Source: image-spec config.md, "Layer ChainID" and "ImageID"; coursekit/data/nginx: the raw
configuration and manifest of nginx:1.21.3, amd64.
"""

import hashlib
import json
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Any

from coursekit.anatomy.facts import published, raw, read
from coursekit.exercises.forms import Fill, Text
from coursekit.exercises.lessons.layer_made import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Function, Hint, Kind, WrongModel

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


CHAIN_ID = Exercise(
    id="chain-id",
    lesson=LESSON,
    title="Write chain_ids",
    kind=Kind.FUNCTION,
    points=4,
    objective="compute the names of the trees that a stack of layers makes",
    make=lambda random: {},
    question="Write `chain_ids(diff_ids)`. `diff_ids` come base first, each a text such as `'sha256:e81b…'`. Return a "
    "list of as many chain IDs. The first is the base's own diff_id. Each further one is `'sha256:'` and the "
    "SHA-256, in hexadecimal digits, of this text: the chain ID before it, one blank, the layer's diff_id.",
    truth=lambda case: SOLUTION,
    function=Function("chain_ids", _images, chain_ids, claim=_claim, valid=lambda args: True),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["base-last"],
            _top_first,
            "diff_ids are listed base first, and a chain begins at the base.",
        ),
        WrongModel(
            MISCONCEPTIONS["chain-joins-all"],
            _all_at_once,
            "With three layers: the third text holds the second **chain ID**, and not three diff_ids.",
        ),
        WrongModel(
            MISCONCEPTIONS["chain-hashes-the-base"],
            _base_hashed_too,
            "ChainID(A) = A: one layer alone is named by its diff_id.",
        ),
        WrongModel(
            MISCONCEPTIONS["chain-is-diff-id"],
            _the_diff_ids,
            "With two layers: the second chain ID has to change when the base does.",
        ),
    ),
    hints=(
        Hint("What do you need from the step before, to compute the next one?"),
        Hint("`sha256(text)` in the cell gives a digest. Of which text, for the second layer?"),
        Hint("Keep the chain ID of the step before; do not go back to the diff_ids below.", after="chain-joins-all"),
        Hint(
            "Start with an empty list. Append the first diff_id as it is; then, for each next one, the digest of "
            "`chain[-1] + ' ' + diff_id`."
        ),
    ),
    explanation="Five lines, and they are what a storage driver looks up: has it a tree of this name already? Then "
    "nothing is unpacked. The same layer on another base has the same diff_id and another chain ID. (containerd names "
    "its snapshots by chain ID; Docker's overlay2 keeps them below image/overlay2/layerdb.)",
)

_IMAGE = "nginx:1.21.3"
_EDITS = (
    ("SIGQUIT", ("SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1")),
    ("NGINX Docker Maintainers", ("Ada", "Grace", "Linus", "Margaret", "Dennis", "Barbara")),
    ("daemon off;", ("daemon off; ", "daemon on;", "master_process off;")),
    ("80/tcp", ("81/tcp", "8080/tcp", "8000/tcp", "443/tcp")),
    ("1.21.3", ("1.21.9", "1.22.0", "1.23.4", "1.99.0")),
)


def _edit(random: Random) -> dict[str, Any]:
    old, new = random.choice(_EDITS)
    return {"old": old, "new": random.choice(new) + random.choice(("", "-a", "-b", "-c", "-test", "-x"))}


def config() -> bytes:
    """The published configuration, byte for byte."""
    return raw("nginx_1.21.3_buster_config.raw.json")


def edited(case: Case) -> bytes:
    """The configuration with the learner's edit."""
    return config().replace(case["old"].encode(), case["new"].encode())


def _twelve(digest: str) -> str:
    return digest.rpartition(":")[2][:12]


def _digest(data: bytes) -> str:
    return _twelve(hashlib.sha256(data).hexdigest())


def index_digest() -> str:
    """The digest of the index to which nginx:1.21.3 pointed, for all its platforms together."""
    return str(read("nginx_1.21.3_buster_133MB.json")["repo_digest_index"])


def _ids(case: Case, **believed: str) -> dict[str, dict[str, str]]:
    said = believed or {
        "published": _digest(config()),
        "edited": _digest(edited(case)),
        "docker29": _twelve(index_digest()),
    }
    return {row: {"digits": digits} for row, digits in said.items()}


def _parsed(data: bytes) -> str:
    """The digest of what the JSON says, written anew by Python."""
    return _digest(json.dumps(json.loads(data)).encode())


def _digits(have: Any, want: Any) -> bool:
    """Twelve digits or more of the same digest, with or without sha256: before it."""
    if type(have) is not str:
        return False
    given = have.strip().lower().rpartition(":")[2]
    return len(given) >= 12 and given[:12] == want


RECOMPUTE_ID = Exercise(
    id="recompute-id",
    lesson=LESSON,
    title="The ID that was published",
    kind=Kind.VALUE,
    points=3,
    objective="recompute an image's ID from its configuration, and say which digest a docker prints",
    make=_edit,
    question=lambda case: (
        "The first twelve digits of three names. **published**: the ID of nginx:1.21.3, computed "
        "from the bytes of its configuration, `nginx.config.raw`. **edited**: the ID that it would have if in these "
        f"bytes each `{case['old']}` were `{case['new']}`. **docker29**: what a fresh Docker 29 prints in the ID column "
        "after `docker pull nginx:1.21.3`: the digest of what the tag named, and that is an index for all platforms, "
        f"`{index_digest()[:26]}…`."
    ),
    form=Fill(
        {
            "published": "published: the image ID of nginx:1.21.3",
            "edited": "edited: the ID after the change",
            "docker29": "docker29: the ID column of a fresh Docker 29",
        },
        {"digits": Text()},
    ),
    truth=lambda case: _ids(case),
    same=_digits,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["id-is-manifest-digest"],
            lambda case: _ids(case, published=_twelve(published(_IMAGE).manifest_digest)),
            "Hash the configuration, not the manifest.",
        ),
        WrongModel(
            MISCONCEPTIONS["json-is-its-bytes"],
            lambda case: _ids(case, published=_parsed(config()), edited=_parsed(edited(case))),
            "`json.dumps(json.loads(…))` says the same in other bytes: blanks, order, escapes.",
        ),
        WrongModel(
            MISCONCEPTIONS["id-is-given-once"],
            lambda case: _ids(case, edited=_digest(config())),
            "Nobody hands out image IDs. They are computed from the bytes, so other bytes have another ID.",
        ),
        WrongModel(
            MISCONCEPTIONS["one-image-id"],
            lambda case: _ids(case, docker29=_digest(config())),
            "Two stores, two things under one name: the classic one has a configuration, containerd's an index.",
        ),
    ),
    hints=(
        Hint("A name by content is the digest of some bytes. Of which bytes, for each of the three?"),
        Hint("`hashlib.sha256(nginx.config.raw).hexdigest()[:12]` is the first one."),
        Hint(
            "`nginx.config.raw.replace(b'old', b'new')` makes the edited bytes: do not parse them.",
            after="json-is-its-bytes",
        ),
        Hint("The third is not computed: the question shows its digits."),
    ),
    explanation="The ID is computed by everybody and given by nobody. The configuration lists the diff_ids, so it pins "
    "the layers; change a byte anywhere, and the ID is another. Three digests are called “the image's”: the "
    "configuration's (the ID of the classic store, in every manifest too), the manifest's (one platform), the index's "
    "(what a tag names). Docker 29 with containerd's store prints the last.",
)
