"""Lesson 03: what it calls true is what the engine does; the function to mend earns nothing until it is mended."""

from random import Random
from typing import Any

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Code, Evidence, value
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Exercise
from coursekit.exercises.running import Ran, call
from coursekit.exercises.seeds import case_for, practice
from coursekit.exercises.verdict import Verdict
from coursekit.fs.node import WHITEOUT, Directory, Metadata
from coursekit.image import layer_tar
from coursekit.layers.layer import Layer
from coursekit.lessons.l03_union.mend_unpack.case import BROKEN
from coursekit.lessons.l03_union.mend_unpack.key import unpack
from coursekit.lessons.stacks import as_layer, drawn, lookup
from coursekit.vfs.overlay import Overlay
from tests.notebooks.sources import NOTEBOOKS, text

DESIGN_LAYER, LOOKUP, MEND_UNPACK, MERGED_TREE, OPAQUE_OR_WHITEOUTS, READDIR, WHO_ANSWERS = map(
    catalogue.exercise,
    ("design-layer", "lookup", "mend-unpack", "merged-tree", "opaque-or-whiteouts", "readdir", "who-answers"),
)
SEEDS = [f"engine-{n}" for n in range(12)]
OPAQUE = Directory(Metadata(mode=0o755), opaque=True)


@pytest.mark.parametrize("seed", range(40))
def test_lookup_over_dicts_does_what_the_engine_does(seed: int) -> None:
    random = Random(seed)
    layers = drawn(random, random.randrange(1, 5), places=2)
    overlay = Overlay(lowerdir=[as_layer(layer) for layer in layers], upperdir=None)
    for path in sorted({path for layer in layers for path in layer} | {"/etc/nothing"}):
        assert lookup(layers, path) == [number - 1 for number in overlay.providers(path)], path


@pytest.mark.parametrize("seed", SEEDS)
def test_who_answers(seed: str) -> None:
    case = case_for(WHO_ANSWERS, seed)
    kinds = {"f": "a file", "w": WHITEOUT}
    layers = [
        Layer.of({path: kinds[column[at]] for path, column in case["columns"].items() if column[at] in kinds})
        for at in range(3)
    ]
    overlay, names = Overlay(lowerdir=layers, upperdir=None), ("top", "middle", "base")
    found = {path: [names[number - 1] for number in overlay.providers(path)] or ["nobody"] for path in case["columns"]}
    assert {path: {"layer": layer} for path, (layer,) in found.items()} == WHO_ANSWERS.truth(case)


@pytest.mark.parametrize("seed", SEEDS)
def test_merged_tree(seed: str) -> None:
    case = case_for(MERGED_TREE, seed)
    overlay = Overlay(lowerdir=[as_layer(layer) for layer in case["stack"]], upperdir=None)
    assert [path for path in case["files"] if overlay.exists(path)] == MERGED_TREE.truth(case)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_readdir_over_dicts_does_what_the_engine_does(seed: str) -> None:
    assert READDIR.function is not None
    nodes: dict[str, Any] = {"file": "x", "dir": {}, "whiteout": WHITEOUT}
    for (layers,) in READDIR.function.inputs({}, practice(READDIR.id, seed)):
        stack = [Layer.of({"/d": {}} | {f"/d/{name}": nodes[kind] for name, kind in each.items()}) for each in layers]
        overlay = Overlay(lowerdir=[*stack, Layer.of({"/d": {}})], upperdir=None)
        assert sorted(overlay.listdir("/d")) == READDIR.function.reference(layers)


@pytest.mark.parametrize("seed", SEEDS)
def test_opaque_or_whiteouts(seed: str) -> None:
    case = case_for(OPAQUE_OR_WHITEOUTS, seed)
    where, own = case["where"], {f"{case['where']}/{case['own']}": "own"}
    base = Layer.of({f"{where}/{name}": "new" for name in [*case["stays"], *case["came"]]})
    layers = {
        "opaque": Layer.of({where: OPAQUE, **own}),
        "whiteouts": Layer.of({**{f"{where}/{name}": WHITEOUT for name in case["old"]}, **own}),
    }
    trees = {name: Overlay(lowerdir=[layer, base], upperdir=None) for name, layer in layers.items()}
    truth = OPAQUE_OR_WHITEOUTS.truth(case)
    for name, row in truth.items():
        assert row == {key: "seen" if tree.exists(f"{where}/{name}") else "hidden" for key, tree in trees.items()}


def test_unpack_does_what_the_course_s_own_importer_does() -> None:
    assert MEND_UNPACK.function is not None
    for tree, layer in MEND_UNPACK.function.inputs({}, Random(5)):
        if [".wh..wh..opq", b""] in layer:  # as a layer on disk, which is what an importer makes, the root has no mark
            continue
        base = Layer.of({f"/{path}": data for path, data in tree.items()})
        merged = Overlay(lowerdir=[_imported(layer), base], upperdir=None)
        found = {
            f"{top}/{name}".lstrip("/"): merged.read_bytes(f"{top}/{name}")
            for top, _, names in merged.walk("/")
            for name in names
        }
        assert found == unpack(tree, layer)


def _imported(entries: Any) -> Any:
    """The layer that a tar with these entries, in this order, gives."""
    import io
    import tarfile

    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path, data in entries:
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return layer_tar.read(archive.getvalue())


def judged(exercise: Exercise, case: Any, answer: Any) -> Verdict:
    def runs(source: str, name: str, inputs: Any, *, seconds: float) -> Ran:
        space: dict[str, Any] = {}
        exec(source, space)
        return Ran(tuple(call(space[name], args) for args in inputs))

    given = Code(answer) if exercise.function else value(answer)
    return mark(exercise, case, Evidence(exercise.id, given), run=runs, random=practice(exercise.id, "x"))


@pytest.mark.parametrize("seed", range(10))
def test_what_is_to_be_mended_earns_nothing(seed: int) -> None:
    assert MEND_UNPACK.function is not None
    verdict = judged(MEND_UNPACK, {}, f"{BROKEN}# mine\n")
    assert verdict.mark == 0 and not verdict.answered and not verdict.beliefs
    touched = judged(MEND_UNPACK, {}, BROKEN.replace("merged = dict(tree)", "merged = {**tree}"))
    assert touched.mark == 0 and touched.answered and not any(outcome.ok for outcome in touched.outcomes)


def test_the_lesson_shows_the_function_to_be_mended() -> None:
    (lesson,) = [notebook for notebook in NOTEBOOKS if notebook.lesson == MEND_UNPACK.lesson]
    (cell,) = [cell for cell in lesson.cells if cell["id"] == "mend-unpack-answer"]
    assert text(cell).startswith(BROKEN.lstrip())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"/etc/motd": "gone"}, "should be one of"),
        ({"/etc//motd": "file"}, "a path such as"),
        ({"/": "file"}, "a path such as"),
        ([1], "a dict from path to kind"),
        ({"/a": "file", "/a/b": "file"}, "not a directory"),
    ],
)
def test_a_design_that_is_no_layer_gets_a_sentence(answer: Any, said: str) -> None:
    verdict = judged(DESIGN_LAYER, case_for(DESIGN_LAYER, "a"), answer)
    assert verdict.mark == 0 and said in verdict.outcomes[0].have


def test_a_design_may_name_its_plain_directories() -> None:
    case = case_for(DESIGN_LAYER, "a")
    truth = DESIGN_LAYER.truth(case)
    assert judged(DESIGN_LAYER, case, {**truth, "/" + case["where"].split("/")[1]: "dir"}).full


def test_a_design_may_write_its_paths_without_a_slash_before_or_with_one_after() -> None:
    case = case_for(DESIGN_LAYER, "b")
    given = {f"{path[1:]}/": kind.upper() for path, kind in DESIGN_LAYER.truth(case).items()}
    assert judged(DESIGN_LAYER, case, given).full


def test_lookup_tells_the_rule_that_was_missed() -> None:
    naive = "def lookup(layers, path):\n    return [n for n, layer in enumerate(layers) if path in layer]\n"
    verdict = judged(LOOKUP, {}, naive)
    assert verdict.mark < LOOKUP.points and any("whiteout" in outcome.claim for outcome in verdict.outcomes)
