"""The ledger of an image: causes and evidence that its rows may have."""

from collections.abc import Mapping

from coursekit.anatomy.ledger import ledger
from coursekit.exercises.forms import Choose, Number, Rows
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_CAUSES = ("base", "nginx", "modules", "scripts", "kernel", "configuration")
_EVIDENCE = ("layer 0", "layer 1", "layers 2 to 5", "package nginx", "packages", "manifest")


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The keys of causes and evidence, each with its words."""
    causes, evidence = ("\n".join(f"{key:<14} {say(key)}" for key in keys) for keys in (_CAUSES, _EVIDENCE))
    return {"causes": causes, "evidence": evidence}


def form(case: Case, say: Say) -> Rows:
    """Rows of cause, bytes and evidence."""
    causes, evidence = (Choose({key: say(key) for key in keys}) for keys in (_CAUSES, _EVIDENCE))
    return Rows(
        {"cause": causes, "bytes": Number("bytes"), "evidence": evidence},
        {"bytes": sum(row.size.value for row in ledger())},
    )


CASE = Asked(Kind.LEDGER, points=6, view=view, form=form)
