"""How one exercise stands for a learner."""

from dataclasses import dataclass

from coursekit.exercises.model import Exercise, Kind
from coursekit.exercises.progress import Tried


@dataclass(frozen=True, slots=True)
class Standing:
    """One exercise and what was tried of it; `kept` where an answer was clicked."""

    exercise: Exercise
    tried: Tried
    kept: bool = False

    @property
    def state(self) -> str:
        """ "done", "begun" or "open". Words count as done once they were written: a person marks them."""
        if self.exercise.kind is Kind.PROSE:
            return "done" if self.tried.attempts else "open"
        if self.tried.best >= self.exercise.points and self.tried.attempts:
            return "done"
        return "begun" if self.tried.attempts or self.tried.hints else "open"

    @property
    def sign(self) -> str:
        """The sign that stands for it: right, partly, wrong, kept or open."""
        if self.state == "done":
            return "right"
        if self.tried.attempts:
            return "partly" if self.tried.best > 0 else "wrong"
        return "kept" if self.kept else "open"
