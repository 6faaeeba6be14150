"""Where on a form a verdict is marked, of forms in which a claim has several parts or none."""

from typing import Any

import pytest

from coursekit.exercises import catalogue, seeds
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.placed import told
from coursekit.exercises.session import judged


def marks(id: str, change: Any) -> tuple[dict[str, bool], frozenset[str]]:
    """Which parts are right and wrong of the right answer with a change, and what is said at them."""
    exercise = catalogue.exercise(id)
    case = seeds.case_for(exercise, "")
    answer = exercise.truth(case)
    change(answer, case)
    found, said = told(
        exercise.shape(case), answer, exercise.truth(case), judged(exercise, Evidence(id, value(answer))).verdict
    )
    assert found is not None
    assert found["right"] is None
    return {key: part["ok"] for key, part in found["parts"].items()}, said


def test_a_ledger_is_marked_at_the_cell_that_is_wrong_and_at_no_other() -> None:
    parts, said = marks("ledger-133", lambda rows, case: rows[1].update(bytes=66_580_000, evidence="manifest"))
    assert {key for key, ok in parts.items() if not ok} == {"1/bytes", "1/evidence"}
    assert len(parts) == 12  # two of each of the six rows; none of their causes
    assert {"bytes of nginx", "evidence for nginx"} <= said


def test_a_cause_in_two_rows_is_marked_in_both() -> None:
    parts, _ = marks("ledger-133", lambda rows, case: rows.append({**rows[0], "bytes": 5}))
    assert parts["0/bytes"] is parts["6/bytes"] is True
    parts, _ = marks("ledger-133", lambda rows, case: rows.append({**rows[0]}))
    assert parts["0/bytes"] is parts["6/bytes"] is False


@pytest.mark.parametrize(("kind", "right"), [("whiteout", True), ("file", False)])
def test_a_layer_is_marked_at_the_paths_that_a_claim_is_about(kind: str, right: bool) -> None:
    gone: list[str] = []

    def change(layer: dict[str, str], case: Any) -> None:
        gone.append(case["gone"])
        layer[case["gone"]] = kind

    parts, said = marks("design-layer", change)
    assert parts[f"{gone[0]}/kind"] is right
    assert not any(key.startswith(gone[0]) for key in parts if key != f"{gone[0]}/kind")
    assert said == frozenset()  # it is said below, once, for the whole tree


def test_a_measure_of_a_plan_is_marked_at_its_own_tile() -> None:
    parts, said = marks(
        "shrink-plan", lambda plan, case: plan["no-kernel"].update({next(iter(plan["no-kernel"])): "yes"})
    )
    assert {key for key, ok in parts.items() if not ok} == {f"no-kernel/{next(iter(parts)).partition('/')[2]}"}
    assert "leaves out no-kernel" not in said  # what it says stays below
