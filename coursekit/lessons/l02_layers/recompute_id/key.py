"""An image's ID is the digest of its configuration; what docker prints in the ID column may be another digest.

Source: image-spec config.md, "ImageID"; coursekit/data/nginx: the raw configuration and manifest of nginx:1.21.3, amd64.
"""

import hashlib
import json
from typing import Any

from coursekit.anatomy.facts import published, raw
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l02_layers.recompute_id.case import index_digest


def _config() -> bytes:
    """The published configuration, byte for byte."""
    return raw("nginx_1.21.3_buster_config.raw.json")


def _edited(case: Case) -> bytes:
    """The configuration with the learner's edit."""
    return _config().replace(case["old"].encode(), case["new"].encode())


def _twelve(digest: str) -> str:
    return digest.rpartition(":")[2][:12]


def _digest(data: bytes) -> str:
    return _twelve(hashlib.sha256(data).hexdigest())


def _digits_of(**said: str) -> dict[str, Any]:
    return {row: {"digits": digits} for row, digits in said.items()}


def truth(case: Case) -> dict[str, Any]:
    """Two digests of bytes, and one that the question shows."""
    return _digits_of(published=_digest(_config()), edited=_digest(_edited(case)), docker29=_twelve(index_digest()))


def _of_the_manifest(case: Case) -> dict[str, Any]:
    return _digits_of(published=_twelve(published("nginx:1.21.3").manifest_digest))


def _written_anew(case: Case) -> dict[str, Any]:
    return _digits_of(published=_parsed(_config()), edited=_parsed(_edited(case)))


def _parsed(data: bytes) -> str:
    """The digest of what the JSON says, written anew by Python."""
    return _digest(json.dumps(json.loads(data)).encode())


def _digits(have: Any, want: Any) -> bool:
    """Twelve digits or more of the same digest, with or without sha256: before it."""
    if type(have) is not str:
        return False
    given = have.strip().lower().rpartition(":")[2]
    return len(given) >= 12 and given[:12] == want


KEY = Key(
    truth=truth,
    same=_digits,
    wrong=(
        Wrong("id-is-manifest-digest", _of_the_manifest),
        Wrong("json-is-its-bytes", _written_anew),
        Wrong("id-is-given-once", lambda case: _digits_of(edited=_digest(_config()))),
        Wrong("one-image-id", lambda case: _digits_of(docker29=_digest(_config()))),
        Wrong("json-is-its-bytes", lambda case: _digits_of(published=_parsed(_config())), place="published-anew"),
        Wrong("json-is-its-bytes", lambda case: _digits_of(edited=_parsed(_edited(case))), place="edited-anew"),
        Wrong("one-image-id", lambda case: _digits_of(published=_twelve(index_digest())), place="index-for-all"),
        Wrong(
            "tag-names-a-manifest", lambda case: _digits_of(docker29=_twelve(published("nginx:1.21.3").manifest_digest))
        ),
    ),
)
