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


def _rows(makes: str, *words: str) -> Callable[[Case], Made | None]:
    """What some instructions make; None where the case has none of them."""

    def said(case: Case) -> Made | None:
        found = {name: by.removeprefix("/bin/sh -c #(nop)").split()[0] for name, by in case["rows"].items()}
        return {name: {"makes": makes} for name, word in found.items() if word in words} or None

    return said


def _unlike(predict: Callable[[Case], Made | None]) -> Callable[[Case], Made | None]:
    """A prediction, where the case tells it from the two that are about all instructions."""

    def said(case: Case) -> Made | None:
        found = predict(case)
        whole = [{**truth(case), **(found or {})} == other(case) for other in (_all_of_them, _only_run)]
        return None if found is None or any(whole) else found

    return said


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("env-makes-a-layer", _all_of_them),
        Wrong("only-run-makes-layers", _only_run),
        Wrong("entry-point-is-a-file", _unlike(_rows("files", "ENTRYPOINT", "CMD"))),
        Wrong("copies-come-at-start", _unlike(_rows("configuration", "COPY"))),
        Wrong("add-only-notes-the-base", _unlike(_rows("configuration", "ADD"))),
        Wrong("env-makes-a-layer", _unlike(_rows("files", "ENV")), place="env-alone"),
        Wrong("env-makes-a-layer", _unlike(_rows("files", "LABEL", "EXPOSE", "STOPSIGNAL")), place="remarks"),
        Wrong(
            "setting-up-leaves-no-files",
            _unlike(
                lambda case: (
                    {name: {"makes": "configuration"} for name, by in case["rows"].items() if "#(nop)" not in by}
                    or None
                )
            ),
            each=True,
        ),
    ),
)
