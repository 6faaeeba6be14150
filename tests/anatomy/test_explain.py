"""What `explain`, `compare` and the history of a path say of images whose bytes were counted by hand."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from coursekit.anatomy.difference import difference
from coursekit.anatomy.explain import Explanation, explain
from coursekit.anatomy.file_history import story
from coursekit.anatomy.render import as_text
from coursekit.anatomy.wasted_bytes import Why, by_cause
from coursekit.cli import coursekit
from coursekit.docker.client import Client
from coursekit.errors import NotFound
from coursekit.image.open import Image
from tests.image.making import Layout, member, tar

SCHEMA = json.loads(files("coursekit").joinpath("data", "explain.schema.json").read_text())
LAYERS = [
    tar(
        member("etc", "dir"),
        member("etc/a", data=b"a" * 100),
        member("etc/b", data=b"b" * 200),
        member("etc/c", data=b"c" * 300),
        member("var", "dir"),
        member("var/log", "dir"),
        member("var/log/<b>", data=b"l" * 50),
        member("etc/d", data=b"d" * 10),
    ),
    tar(
        member("etc", "dir"),
        member("etc/a", data=b"A" * 1000),
        member("etc/c", data=b"c" * 300, mode=0o600),
        member("etc/hard", "link", link="etc/a"),
    ),
    tar(member("etc/.wh.b"), member("etc/.wh.d"), member("etc/a", data=b"z" * 7), member("new", data=b"n")),
]


@pytest.fixture
def image(tmp_path: Path) -> Image:
    return Image.open(Layout(tmp_path / "made", LAYERS).root)


@pytest.fixture
def explained(image: Image) -> Explanation:
    return explain(image)


def test_each_layer_says_what_it_added_changed_and_deleted(explained: Explanation) -> None:
    first, second, third = (each.did or {} for each in explained.layers)
    assert (first["added"].count, first["added"].size) == (8, 660)
    assert (second["added"].size, second["changed"].size) in ((0, 1300), (1000, 300))  # /etc/hard is /etc/a's bytes
    assert {path for path, _ in second["changed"].largest} <= {"/etc/a", "/etc/c"}
    assert (third["deleted"].count, third["deleted"].size) == (2, 210)
    assert ("/new", 1) in third["added"].largest


@pytest.mark.parametrize("at", range(3))
def test_what_a_layer_added_and_changed_is_what_it_stores(explained: Explanation, at: int) -> None:
    each = explained.layers[at]
    assert each.did and each.did["added"].size + each.did["changed"].size == each.sizes.files


def test_lost_bytes_have_causes_and_each_path_is_counted_once(explained: Explanation) -> None:
    assert explained.lost is not None
    assert {(each.path, each.size, str(each.cause)) for each in explained.lost} == {
        ("/etc/a", 100, "replaced"),  # the second one is still seen as /etc/hard
        ("/etc/b", 200, "deleted"),
        ("/etc/c", 300, "touched"),
        ("/etc/d", 10, "deleted"),
        ("/var/log/<b>", 50, "left-behind"),
    }
    assert by_cause(explained.lost)[Why.DELETED] == 210
    assert len({each.path for each in explained.lost}) == len(explained.lost)


def test_a_path_that_is_hidden_twice_is_one_row(tmp_path: Path) -> None:
    layers = [tar(member("f", data=b"1" * 10)), tar(member("f", data=b"2" * 20)), tar(member(".wh.f"))]
    (row,) = explain(Layout(tmp_path / "twice", layers).root).lost or ()
    assert (row.path, row.size, row.cause, row.layers, row.hidden_by) == ("/f", 30, Why.DELETED, (0, 1), 2)


def test_the_history_of_a_path(image: Image) -> None:
    steps = [(step.layer, step.what) for step in story(image, "/etc/a")]
    assert steps == [(0, "added"), (1, "changed"), (2, "changed")]
    assert [(step.layer, step.what) for step in story(image, "etc/b")] == [(0, "added"), (2, "deleted")]
    (_, changed) = story(image, "/etc/c")
    assert changed.state is not None and (changed.state.mode, changed.state.size) == ("0600", 300)
    with pytest.raises(NotFound, match=r"no layer of .* has /nowhere"):
        story(image, "/nowhere")


@pytest.mark.parametrize("name", ["debian-nginx:bullseye", "nginx:1.21.3", "nginx:1.21.4", "teach/app:1"])
def test_json_is_as_the_schema_says(name: str) -> None:
    jsonschema.validate(json.loads(json.dumps(explain(name).to_json())), SCHEMA)


def test_published_metadata_says_what_it_cannot_know() -> None:
    told = explain("nginx:1.21.3")
    assert told.sizes.files == 133_277_153 and told.sizes.tar is None
    assert told.owners is None and told.lost is None and told.layers[0].did is None
    assert "published metadata" in told.unknown[0] and "unknown" in as_text(told)
    assert told.to_json()["layers"][0]["added"] is None


def test_the_bundled_image_has_owners_and_every_sum_agrees() -> None:
    told = explain("debian-nginx:bullseye")
    assert told.owners and told.owners[0].name == "libicu67" and not told.unknown
    for each in told.layers:
        assert each.did and each.did["added"].size + each.did["changed"].size == each.sizes.files


def test_text_and_html_tell_the_same_and_markup_is_text(explained: Explanation) -> None:
    page = explained._repr_html_()
    assert "<caption" in page and "/var/log/&lt;b&gt;" in page and "<b>" not in page
    assert f"{explained.sizes.files:,}" in page and f"{explained.sizes.files:,}" in repr(explained)


def test_two_images_beside_each_other(image: Image, tmp_path: Path) -> None:
    other = Image.open(Layout(tmp_path / "other", [LAYERS[0], tar(member("etc/a", data=b"Z" * 100))]).root)
    found = difference(other, image)
    assert found.sizes.common_layers == 1
    assert found.only_left and [path for path, _ in found.only_left.largest] == ["/etc/b", "/etc/d"]
    assert found.only_right and found.only_right.count == 2  # /etc/hard and the new one
    assert found.differ and {path for path, _ in found.differ.largest} == {"/etc/a", "/etc/c"}
    assert found.to_json()["common"]["layers"] == 1


def said(tmp_path: Path, *words: str) -> tuple[int, str]:
    client = Client(root=tmp_path / "home")
    result = CliRunner().invoke(coursekit, list(words), obj=client)
    return result.exit_code, result.output


def test_in_a_terminal(tmp_path: Path, image: Image) -> None:
    place = str(tmp_path / "made")
    code, told = said(tmp_path, "explain", place, "--json")
    assert code == 0 and json.loads(told)["lost"]["by_cause"]["deleted"] == 210
    code, told = said(tmp_path, "explain", place, "--path", "/etc/b", "--json")
    assert [json.loads(line)["what"] for line in told.splitlines()] == ["added", "deleted"]
    assert json.loads(said(tmp_path, "explain", "--schema")[1])["title"].startswith("coursekit explain")
    code, told = said(tmp_path, "compare", place, "teach/app:1")
    assert code == 0 and "only on the right" in told


@pytest.mark.parametrize(
    "words",
    [
        ["explain"],
        ["explain", "nope"],
        ["explain", "./nope.tar"],
        ["compare", "nope", "nope"],
        ["explain", "teach/app:1", "--path", "/nope"],
    ],
)
def test_bad_input_is_one_clear_line(tmp_path: Path, words: list[str]) -> None:
    code, told = said(tmp_path, *words)
    assert code != 0 and "Traceback" not in told
