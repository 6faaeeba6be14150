"""What a browser draws in place of a table: that it fits its table, and is there in each lesson."""

import json
from collections import Counter

import pytest

from coursekit.exercises import catalogue, seeds
from coursekit.exercises.fitting import strange
from coursekit.exercises.forms import Choose, Fill, Number, Text
from coursekit.exercises.hands import Bins, Block, Blocks, Hands, Line, Lines, Phrases, Slab, Slabs, Slots
from coursekit.exercises.model import Exercise
from coursekit.exercises.sheets import spec

LAYERS = Choose({"app": "app", "base": "base"})
LAYER = Fill({"/a": "/a", "/b": "/b"}, {"layer": LAYERS})
BYTES = Fill({"sum": "the sum"}, {"bytes": Number("bytes")})
WORDS = Fill({"1": "docker run"}, {"words": Text()})


def by_hand() -> list[Exercise]:
    """The exercises whose table is drawn otherwise."""
    shapes = ((each, each.shape(seeds.case_for(each, ""))) for each in catalogue.exercises().values())
    return [each for each, shape in shapes if isinstance(shape, Fill) and shape.hands is not None]


def test_each_lesson_has_one_and_the_course_has_twenty() -> None:
    lessons = Counter(each.lesson for each in by_hand() if not each.lesson.startswith("99"))
    tables = {each.lesson for each in catalogue.exercises().values() if not each.lesson.startswith(("00", "99"))}
    assert set(lessons) == tables
    assert sum(lessons.values()) >= 20


@pytest.mark.parametrize(
    ("form", "hands", "said"),
    [
        (LAYER, Bins({"app": "layer-1"}), ""),
        (LAYER, Bins({"db": "layer-1"}), "the option 'db'"),
        (LAYER, Slots({"/c": "host"}), "the row '/c'"),
        (LAYER, Lines((Line("/a", "/a"),)), "no line for the row '/b'"),
        (LAYER, Lines((Line("/a", "/a"), Line("/b", "/b")), panels={"size": "sizes"}), "the column 'size'"),
        (LAYER, Slabs({"layer": (Slab("app", "layer-1", {"/c": "file"}, "app"),)}), "the row '/c'"),
        (LAYER, Slabs({}), "no stack for the column 'layer'"),
        (LAYER, Blocks(()), "columns of Number alone"),
        (BYTES, Blocks(tuple(Block(f"{n}", "", n) for n in range(15))), "14 are the most"),
        (BYTES, Blocks((Block("base", "the base", 9),)), ""),
        (WORDS, Phrases({"2": ("a",)}), "the row '2'"),
        (Fill({"1": ""}, {"a": Text(), "b": Text()}), Phrases({}), "one column"),
    ],
)
def test_what_does_not_fit_its_table_is_named(form: Fill, hands: Hands, said: str) -> None:
    found = list(strange(form, hands))
    assert [each for each in found if said and said in each] == found[:1], found
    assert bool(found) == bool(said)


def test_a_browser_is_sent_the_table_and_what_to_draw_in_its_place() -> None:
    form = Fill({"/a": "/a"}, {"layer": LAYERS}, Slabs({"layer": (Slab("app", "layer-1", {"/a": "file"}, "app"),)}))
    sent = json.loads(json.dumps(spec(form)))
    assert sent["rows"] == [["/a", "/a"]] and sent["columns"][0][1]["options"] == [["app", "app"], ["base", "base"]]
    slab = {"label": "app", "tone": "layer-1", "files": {"/a": "file"}, "key": "app", "lid": ""}
    assert sent["hands"] == {"kind": "slabs", "stacks": {"layer": [slab]}, "asks": "layer", "titles": {}}
    assert "hands" not in (spec(LAYER) or {})
