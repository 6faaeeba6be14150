"""What `explain` advises, on images whose waste was made on purpose, and what comes of following it."""

import json
from pathlib import Path

import pytest

from coursekit.anatomy.advice import Made, instruction, made
from coursekit.anatomy.efficiency import dive_efficiency
from coursekit.anatomy.explain import Explanation, explain
from coursekit.anatomy.render import as_text, page
from coursekit.builder.build import build
from coursekit.cli import coursekit
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from coursekit.fs.node import WHITEOUT
from coursekit.image.image import Image
from coursekit.image.store import Store
from coursekit.layers.layer import Layer

DOCKERFILE = """\
FROM debian-slim:bullseye
RUN apt-get update && apt-get install -y curl
RUN chmod 700 /usr/bin/curl
RUN rm -rf /usr/share/doc/curl
COPY key /root/.ssh/id_rsa
COPY big /srv/big
RUN rm /srv/big /root/.ssh/id_rsa
"""


@pytest.fixture(scope="module")
def wasteful(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Image]:
    """An image that does six things badly, in a store."""
    folder = tmp_path_factory.mktemp("wasteful")
    (folder / "key").write_text("not a real one\n")
    (folder / "big").write_bytes(b"x" * 3_000_000)
    store = Store(folder / "store")
    return store, build(DOCKERFILE, folder, tag="me/wasteful:1", store=store, say=None)


@pytest.fixture(scope="module")
def explained(wasteful: tuple[Store, Image]) -> Explanation:
    return explain(wasteful[1])


@pytest.mark.parametrize(
    ("row", "line", "kind"),
    [
        ("/bin/sh -c #(nop) ADD file:0123 in / ", "ADD file:0123 in /", Made.BASE),
        ("/bin/sh -c apt-get update", "RUN apt-get update", Made.RUN),
        ("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update", Made.RUN),
        ("RUN |1 A=b /bin/sh -c make $A # buildkit", "RUN make $A", Made.RUN),
        ("COPY src dst # buildkit", "COPY src dst", Made.COPY),
        ("bazel build ...", "bazel build ...", Made.OTHER),
    ],
)
def test_a_row_of_the_history_is_a_line_of_a_dockerfile(row: str, line: str, kind: Made) -> None:
    assert (instruction(row), made(1, row)) == (line, kind)


def test_each_kind_of_waste_is_told_where_it_was_made_and_what_to_write(explained: Explanation) -> None:
    told = {(each.layer, each.instead.partition(":")[0].partition(",")[0]) for each in explained.advice}
    assert (2, "End the same RUN with") in told  # the package lists
    assert (2, "Change them in the RUN that makes the files") in told  # chmod
    copied = next(each for each in explained.advice if each.instruction == "COPY big /srv/big")
    assert ".dockerignore" in copied.instead and copied.saves == 3_000_000 and "layer 7" in copied.finding
    assert [each.saves for each in explained.advice] == sorted((each.saves for each in explained.advice), reverse=True)


def test_what_was_tried_is_what_following_the_advice_saves(
    wasteful: tuple[Store, Image], explained: Explanation
) -> None:
    """The advice is followed in the Dockerfile, and the two images are compared."""
    tried = explained.tried()
    lists = next(each for each in tried.advice if "apt/lists" in each.append)
    better = DOCKERFILE.replace("install -y curl", f"install -y curl && {lists.append}")
    store = wasteful[0]
    image = build(better, store.root.parent, store=store, say=None)
    assert lists.measured is not None
    assert lists.measured == explained.image.size - image.size
    assert abs(lists.measured - lists.saves) < lists.saves / 100
    assert all(each.measured is None for each in tried.advice if not each.append)


def test_a_secret_that_was_deleted_is_named_and_never_printed(explained: Explanation) -> None:
    assert [(each.path, each.layers, each.seen) for each in explained.secrets] == [("/root/.ssh/id_rsa", (5,), False)]
    for text in (as_text(explained), page(explained), json.dumps(explained.to_json())):
        assert "/root/.ssh/id_rsa" in text and "not a real one" not in text


@pytest.mark.parametrize("width", [80, 120])
def test_a_line_is_never_wider_than_the_terminal(explained: Explanation, width: int) -> None:
    lines = as_text(explained, width).splitlines()
    assert max(map(len, lines)) <= width
    assert any("deleted  largest" in line for line in lines) == (width == 120)


def test_the_page_stands_alone(explained: Explanation) -> None:
    text = page(explained)
    assert text.startswith("<!doctype html>") and "<script" not in text and "http" not in text


class TestEfficiency:
    """By hand, with the rules of dive's own `Efficiency`."""

    def test_nothing_stored_twice_is_1(self) -> None:
        assert dive_efficiency([Layer.of({"/a": "12345"}), Layer.of({"/b": "1"})]) == 1

    def test_a_path_stored_twice_counts_its_smallest(self) -> None:
        assert dive_efficiency([Layer.of({"/a": "1234"}), Layer.of({"/a": "12"})]) == 2 / 6

    def test_a_deleted_file_counts_as_nothing(self) -> None:
        assert dive_efficiency([Layer.of({"/a": "1234", "/b": "1234"}), Layer.of({"/a": WHITEOUT})]) == 4 / 8

    def test_a_deleted_directory_is_a_path_of_its_own(self) -> None:
        """dive's oddity: the whiteout has the directory's bytes, and the files in it count once each."""
        assert dive_efficiency([Layer.of({"/d/a": "1234", "/b": "12"}), Layer.of({"/d": WHITEOUT})]) == 1

    def test_empty(self) -> None:
        assert dive_efficiency([]) == dive_efficiency([Layer.of({"/d/": {}})]) == 1


class TestTheVerb:
    def ask(self, capsys: pytest.CaptureFixture[str], store: Store, *words: str) -> tuple[int, str, str]:
        code = execute(coursekit, list(words), Client(root=store.root), "coursekit")
        out, err = capsys.readouterr()
        return code, out, err

    def test_thresholds(self, wasteful: tuple[Store, Image], capsys: pytest.CaptureFixture[str]) -> None:
        store, _ = wasteful
        name = "me/wasteful:1"
        assert self.ask(capsys, store, "explain", name, "--lowest-efficiency", "0.5", "--highest-waste", "1GB")[0] == 0
        code, _, err = self.ask(capsys, store, "explain", name, "--lowest-efficiency", "1", "--highest-waste", "1MiB")
        assert code == 1 and "below 1." in err and "more than 1,048,576" in err
        assert self.ask(capsys, store, "explain", "nginx:1.21.3", "--highest-waste", "1GB")[0] == 1  # not known
        code, _, err = self.ask(capsys, store, "explain", name, "--highest-waste", "lots")
        assert code == 1 and "no size" in err

    def test_every_path_of_a_layer(self, wasteful: tuple[Store, Image], capsys: pytest.CaptureFixture[str]) -> None:
        store, _ = wasteful
        code, out, _ = self.ask(capsys, store, "explain", "me/wasteful:1", "--layer", "7", "--json")
        rows = [json.loads(line) for line in out.splitlines()]
        assert code == 0
        assert {"change": "deleted", "path": "/srv/big", "size": 3_000_000} in rows
        _, text, _ = self.ask(capsys, store, "explain", "me/wasteful:1", "--layer", "7")
        assert len(text.splitlines()) == len(rows) and "D  3,000,000  /srv/big" in text

    def test_a_deleted_file_as_it_is_in_its_layer(
        self, wasteful: tuple[Store, Image], capsys: pytest.CaptureFixture[str]
    ) -> None:
        store, _ = wasteful
        assert self.ask(capsys, store, "cat", "me/wasteful:1", "/root/.ssh/id_rsa")[0] == 1
        found = self.ask(capsys, store, "cat", "--layer", "5", "me/wasteful:1", "/root/.ssh/id_rsa")
        assert found == (0, "not a real one\n", "")
        code, _, err = self.ask(capsys, store, "cat", "--layer", "8", "me/wasteful:1", "/x")
        assert code == 1 and "has no layer 8; it has layers 0 to 7" in err

    def test_one_page(self, wasteful: tuple[Store, Image], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = tmp_path / "out.html"
        assert self.ask(capsys, wasteful[0], "explain", "me/wasteful:1", "--html", str(file))[0] == 0
        assert "me/wasteful:1" in file.read_text(encoding="utf-8")
        code, _, err = self.ask(capsys, wasteful[0], "explain", "me/wasteful:1", "--html", str(tmp_path / "no" / "x"))
        assert code == 1 and "no such file or directory" in err
