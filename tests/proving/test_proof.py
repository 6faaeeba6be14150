"""The recorded proof: the engine gives the kernel's answers, and one answer that is another would be told."""

from dataclasses import replace

import pytest

from coursekit.proving.proof import proof
from coursekit.proving.recording import Recording, load, replay, save
from tests.tools import needs_root_overlay


@pytest.fixture(scope="module")
def recording() -> Recording:
    return load()


def test_the_engine_gives_the_recorded_answers(recording: Recording) -> None:
    result = replay(recording)
    assert result.differences == []
    assert result.asked == recording.questions > 10_000


def test_the_recording_has_all_kinds_of_mounts(recording: Recording) -> None:
    options = {run.options for run in recording.runs}
    assert {"", "redirect_dir=on", "metacopy=on", "index=on", "userxattr"} <= options
    assert any(not run.writable for run in recording.runs)
    assert max(len(run.lowerdir) for run in recording.runs) >= 10


def test_an_answer_that_is_another_is_told(recording: Recording) -> None:
    run = next(run for run in recording.runs if ("error", "ENOENT") in run.answers)
    at = run.answers.index(("error", "ENOENT"))
    bent = replace(run, answers=[*run.answers[:at], ("error", "EIO"), *run.answers[at + 1 :]])
    (difference,) = replay(replace(recording, runs=[bent])).differences
    assert "the engine says ('error', 'ENOENT'), the kernel said ('error', 'EIO')" in difference


def test_a_tree_that_is_another_is_told(recording: Recording) -> None:
    run = recording.runs[0]
    path = next(path for path in run.merged if path != "/")
    bent = replace(run, merged={name: one for name, one in run.merged.items() if name != path})
    (difference,) = replay(replace(recording, runs=[bent])).differences
    assert difference.startswith(f"the merged tree, {path}: ")


def test_it_is_kept_as_it_was(recording: Recording, tmp_path: pytest.TempPathFactory) -> None:
    from coursekit.proving import recording as recorded

    place = tmp_path / "again.json.gz"  # type: ignore[operator]
    save(recording, place)
    assert recorded._decoded(recorded._encoded(recording.runs[0].answers)) == recording.runs[0].answers
    assert place.stat().st_size < 400_000


def test_the_proof_says_what_was_compared() -> None:
    shown = proof()
    text, page = repr(shown), shown._repr_html_()
    assert shown.holds
    for part in (shown.kernel, f"{shown.operations:,}", "all equal"):
        assert part in text and part in page


@needs_root_overlay
def test_the_kernel_here_can_be_asked_too() -> None:
    shown = proof(live=True)
    assert shown.holds, shown
    assert "asked just now" in repr(shown)
