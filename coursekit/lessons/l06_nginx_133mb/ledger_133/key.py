"""The ledger of 133,277,153 bytes.

Source: `coursekit.anatomy.ledger`.
"""

from collections.abc import Sequence
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.anatomy.ledger import IMAGE, coverage, ledger
from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.exercises.slips import unit_slip
from coursekit.language import series

_SUPPORT = {
    "base": ("layer 0",),
    "nginx": ("package nginx",),
    "modules": ("layer 1", "packages"),
    "scripts": ("layers 2 to 5",),
    "kernel": ("packages",),
    "configuration": ("manifest", "packages"),
}
_WHERE = {  # the remark on where a cause's bytes can be read
    "base": "where-base",
    "nginx": "where-nginx",
    "modules": "where-modules",
    "scripts": "where-scripts",
    "kernel": "where-kernel",
    "configuration": "where-configuration",
}
_CONFIGURATION = {"cause": "configuration", "bytes": 0, "evidence": "manifest"}


def truth(case: Case) -> list[dict[str, Any]]:
    """The rows of the course's own ledger, and one for the configuration."""
    rows = [{"cause": row.cause, "bytes": row.size.value, "evidence": row.evidence} for row in ledger()]
    return [*rows, _CONFIGURATION]


def _size(cause: str) -> int:
    """Bytes of a cause in the course's own ledger."""
    return next((row.size.value for row in ledger() if row.cause == cause), 0)


def _accepted(cause: str, size: float) -> bool:
    """Whether so many bytes will do for a cause: published figures within 1 %, inferred ones more widely."""
    share = {"nginx": 0.25, "modules": 0.25}.get(cause, 0.01)
    return abs(size - _size(cause)) <= share * _size(cause)


def judge(case: Case, answer: Any, say: Say) -> Sequence[Outcome]:
    """Bytes and evidence of each cause; and that all rows together cover the image once."""
    sums = _sums(answer)
    found = [outcome for cause in _SUPPORT for outcome in _row(cause, sums, answer, say)]
    covered = _covers(coverage(row["bytes"] for row in answer), say)
    return [*(_as_first_asked(found) if covered.ok else found), covered]


def _as_first_asked(found: Sequence[Outcome]) -> Sequence[Outcome]:
    """The claims without that of a missing row for the configuration, if all others hold.

    The first release did not ask for this row of 0 bytes: what was complete then keeps its mark.
    """
    others = [outcome for outcome in found if outcome.claim != "bytes of configuration"]
    return (
        others if len(others) == len(found) - 1 == 2 * len(_SUPPORT) - 2 and all(each.ok for each in others) else found
    )


def _sums(rows: Any) -> dict[Any, float]:
    sums: dict[Any, float] = {}
    for row in rows:
        sums[row["cause"]] = sums.get(row["cause"], 0) + row["bytes"]
    return sums


def _row(cause: str, sums: dict[Any, float], answer: Any, say: Say) -> list[Outcome]:
    label = say(cause)
    if cause not in sums:
        return [expect(False, claim=f"bytes of {cause}", have=say("no-row", cause=label), want=say("even-at-0"))]
    given = [row["evidence"] for row in answer if row["cause"] == cause]
    return [
        expect(
            _accepted(cause, sums[cause]),
            claim=f"bytes of {cause}",
            have=say("counted", bytes=f"{sums[cause]:,.12g}", cause=label),
            want=unit_slip(sums[cause], _size(cause), "bytes") or say(_WHERE[cause]),
            look=say("where-read"),
        ),
        expect(
            all(one in _SUPPORT[cause] for one in given),
            claim=f"evidence for {cause}",
            weight=0.5,
            have=say("pointed-at", cause=label, given=series(given)),
            want=say("point-at"),
        ),
    ]


def _covers(covered: float, say: Say) -> Outcome:
    return expect(
        0.95 <= covered <= 1.005,
        claim="the ledger covers the image once",
        weight=2,
        have=say("covered", share=f"{covered:.1%}"),
        want=say("not-twice") if covered > 1.005 else say("most-of-it"),
    )


_FREE = ("kernel", "configuration")  # of these any size is the same mistake


def _says(answer: Any, predicted: Any) -> bool:
    """Whether a ledger has the bytes of each row that a model changes, within 2 %; of what is free, any bytes."""
    if type(answer) is not list or type(predicted) is not list:
        return bool(answer == predicted)
    sums, right = _sums(answer), truth({})
    believed = [row for row in predicted if row not in right]
    return bool(believed) and all(
        row["cause"] in sums
        and (
            sums[row["cause"]] > 0
            if row["cause"] in _FREE
            else abs(sums[row["cause"]] - row["bytes"]) <= 0.02 * row["bytes"]
        )
        for row in believed
    )


def _believed(cause: str, size: int, evidence: str) -> Any:
    """The right ledger with another row for one cause."""

    def rows(case: Case) -> list[dict[str, Any]]:
        believed = {"cause": cause, "bytes": size, "evidence": evidence}
        return [believed if row["cause"] == cause else row for row in truth(case)]

    return rows


_LAYERS = published(IMAGE).layers

KEY = Key(
    truth=truth,
    wrong=(
        Wrong("package-is-the-bulk", _believed("nginx", _LAYERS[1].files.value, "layer 1")),
        Wrong("docker-images-size-travels", _believed("base", _LAYERS[0].compressed.value, "manifest")),
        Wrong("image-has-a-kernel", _believed("kernel", 60_000_000, "layer 0")),
        Wrong("mb-is-mib", _believed("base", int(69.3 * 2**20), "layer 0")),
        Wrong("layer-is-one-cause", _believed("modules", _LAYERS[1].files.value, "layer 1")),
        Wrong("env-makes-a-layer", _believed("configuration", 1202, "manifest")),
        Wrong("base-is-the-image", _believed("base", 133277153, "layer 0")),
        Wrong(
            "docker-images-size-travels",
            _believed("modules", _LAYERS[1].compressed.value, "layer 1"),
            place="layer-1-as-it-travels",
        ),
    ),
    judge=judge,
    same=_says,
)
