"""Record what the kernel of this machine answers: `python -m tests.conformance.record`, as root, in a clone.

The random machine runs as in CI, engine and kernel agreeing all along; its questions and the answers become
coursekit/data/kernel/recorded.json.gz, which `ck.proof` and `coursekit doctor` ask the engine again.
"""

from pathlib import Path

import coursekit
from coursekit.proving.comparable import comparable_entries
from coursekit.proving.engine import Answer, Question
from coursekit.proving.kernel import Kernel
from coursekit.proving.pair import Pair
from coursekit.proving.proof import version
from coursekit.proving.recording import RecordedRun, Recording, named, save
from tests.conformance import mounted
from tests.conformance.mounted import COUNTS
from tests.conformance.running import run

OPERATIONS, SEEDS = 1000, ("1", "7", "9", "2026")  # several: each draws mount options of its own
PLACE = Path(coursekit.__file__).parent / "data" / "kernel" / "recorded.json.gz"
RUNS: list[RecordedRun] = []


class Recorded(Pair):
    """A pair that keeps its run. Upperdirs stay where they are: the kernel's will not be there to swap with."""

    def ask(self, asked: Question) -> Answer:
        return super().ask(("remount", (), {}) if asked[0] in ("swap", "stack", "alone") else asked)

    def finish(self) -> None:
        super().finish()
        script = self.script
        answers = [named(answer) for answer in script.answers]
        merged = comparable_entries(self.merged)
        RUNS.append(RecordedRun(script.options, script.writable, script.lowerdir, script.questions, answers, merged))


def main() -> None:
    """Records, and says what."""
    mounted.Pair = Recorded  # type: ignore[misc]
    COUNTS.clear()
    with Kernel() as kernel:
        for seed in SEEDS:
            found = run(kernel, OPERATIONS, seed)
            if found is not None:
                raise SystemExit(f"engine and kernel differ, so there is nothing to record:\n{found}")
    recording = Recording(version(), COUNTS["asked"], RUNS)
    save(recording, PLACE)
    print(f"{recording.operations} operations, {recording.questions} questions, {PLACE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
