"""A page without a kernel answers a knob as the engine does: each setting is recorded, as far as there is room."""

import json

import pytest

from coursekit.diagrams import scenes
from coursekit.diagrams.recorded import MOST, recorded


def test_each_setting_has_the_scene_that_the_engine_makes() -> None:
    scene = scenes.entrypoint_cmd()
    record = recorded(scene)
    assert record is not None and scene.turn is not None
    assert record["keys"] == [knob.key for knob in scene.knobs]
    assert len(record["scenes"]) == 18  # 3 x 3 x 2 options
    for said, shown in record["scenes"].items():
        assert shown == scene.turn(**dict(zip(record["keys"], json.loads(said), strict=True))).to_json()


def test_an_order_has_all_its_orders() -> None:
    record = recorded(scenes.union_picture())
    assert record is not None and len(record["scenes"]) == 6
    assert '[["top","middle","base"]]' in record["scenes"]  # as JSON.stringify writes it


@pytest.mark.parametrize(
    ("most", "keys"), [(MOST, ["driver"]), (1_000_000, ["driver", "containers", "size"]), (99, None)]
)
def test_as_many_knobs_as_there_is_room_for(most: int, keys: list[str] | None) -> None:
    record = recorded(scenes.page_cache("overlay2", 3), most)
    assert (record and record["keys"]) == keys
    assert sum(map(len, map(json.dumps, (record or {"scenes": {}})["scenes"].values()))) <= 1.1 * most


def test_a_scene_without_knobs_has_no_record() -> None:
    assert recorded(scenes.rootfs_on_bootfs()) is None
