"""Which instructions made a layer: those whose row is not marked `empty_layer`."""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.layer_or_config.case import made_files

Made = dict[str, dict[str, str]]


def truth(case: Case) -> Made:
    """As the configuration says."""
    return _made(case, lambda by: made_files()[by])


def _made(case: Case, files: Callable[[str], bool]) -> Made:
    return {name: {"makes": "files" if files(by) else "configuration"} for name, by in case["rows"].items()}


def _all_of_them(case: Case) -> Made:
    return _made(case, lambda by: True)


def _only_run(case: Case) -> Made:
    return _made(case, lambda by: "#(nop)" not in by)


KEY = Key(truth=truth, wrong=(Wrong("env-makes-a-layer", _all_of_them), Wrong("only-run-makes-layers", _only_run)))
