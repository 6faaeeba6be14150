"""--platform in every verb that takes an image; one image under several manifests."""

import gzip
from pathlib import Path

import pytest

from coursekit.cli import coursekit
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from coursekit.image.store import Store
from tests.image.making import Layout, member, tar

INDEX = "application/vnd.oci.image.index.v1+json"
NAME = {"org.opencontainers.image.ref.name": "web"}


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A layout with an image for two machines; /machine says for which one it is."""
    made = Layout(tmp_path / "two")
    entries = []
    for machine in ("amd64", "arm64"):
        layer = tar(member("machine", data=machine.encode()), member("bin/sh", data=b"#!shell\n", mode=0o755))
        one = Layout(tmp_path / "two", [layer], config={"architecture": machine})
        entries.append({**one.entry, "platform": {"os": "linux", "architecture": machine}})
    made.index([{**entry, "annotations": NAME} for entry in entries])
    return tmp_path / "two"


VERBS = [
    ("cat --platform linux/{machine} {image} /machine", "{machine}"),
    ("inspect --platform {machine} --format {{{{.Architecture}}}} {image}", "{machine}\n"),
    ("run --rm --platform={machine} {image} cat /machine", "{machine}"),
    ("load --platform {machine} -i {layout}", "Loaded image: web:latest\n"),
]


@pytest.mark.parametrize("machine", ["amd64", "arm64"])
@pytest.mark.parametrize(("line", "says"), VERBS, ids=[line.split()[0] for line, _ in VERBS])
def test_a_verb_takes_the_image_for_it(
    line: str, says: str, machine: str, two: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    client = Client(tmp_path / "store")
    words = line.format(machine=machine, image=f"{two}:web", layout=two).split()
    assert execute(coursekit, words, client, "coursekit") == 0
    assert capfd.readouterr().out == says.format(machine=machine)
    assert client.platform is None, "the next verb of a notebook's client is asked again"
    if words[0] == "load":
        assert client.store.get("web").platform.architecture == machine


TAKES_AN_IMAGE = (
    *("layers", "tree", "ls", "cat", "explain", "compare", "mount", "pull"),
    *("history", "tag", "inspect", "save", "load", "build", "create", "run"),
)


@pytest.mark.parametrize("verb", TAKES_AN_IMAGE)
def test_every_such_verb_has_the_option(verb: str) -> None:
    command = coursekit.commands[verb]  # type: ignore[attr-defined]
    assert any("--platform" in param.opts for param in command.params)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("tree --platform linux/s390x {two}:web", "has no linux/s390x; it has linux/amd64, linux/arm64"),
        ("tree --platform arm64 teach/app:1", "is here for linux/amd64, not for linux/arm64"),
        ("tree --platform a/b/c/d teach/app:1", "a platform is written os/architecture[/variant]"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    line: str, says: str, two: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert execute(coursekit, line.format(two=two).split(), Client(tmp_path / "store"), "coursekit") == 1
    out, err = capfd.readouterr()
    assert out == "" and says in err and len(err.splitlines()) == 1 and "daemon" not in err


# one image, several manifests


def twice(tmp_path: Path, client: Client) -> None:
    """Load an image twice: its layer plain, and in gzip. Its ID is one, its manifests are two."""
    layer = tar(member("a", data=b"x" * 10))
    for number, blob in enumerate((layer, gzip.compress(layer, mtime=0))):
        Layout(tmp_path / str(number), [layer], blobs=[blob])
        assert execute(coursekit, ["load", "-q", "-i", str(tmp_path / str(number))], client, "coursekit") == 0


def test_an_id_is_listed_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    client = Client(tmp_path / "store", bundled=False)
    twice(tmp_path, client)
    capfd.readouterr()
    execute(coursekit, ["images", "--format", "{{.Repository}}:{{.Tag}}"], client, "coursekit")
    assert capfd.readouterr().out == "t:latest\n"
    execute(coursekit, ["images", "-q", "-f", "dangling=true"], client, "coursekit")
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("by", ["name", "id"])
def test_removing_it_removes_it_whole(by: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    client = Client(tmp_path / "store", bundled=False)
    twice(tmp_path, client)
    (image,) = client.store.images(with_bundled=False)
    capfd.readouterr()
    assert execute(coursekit, ["rmi", "t" if by == "name" else image.id.short], client, "coursekit") == 0
    untagged, deleted, *_ = capfd.readouterr().out.splitlines()
    assert (untagged, deleted) == ("Untagged: t:latest", f"Deleted: {image.id}")
    assert client.store.images(with_bundled=False) == () and not list((client.store.root / "blobs").glob("*/*"))


def test_two_names_under_two_manifests_go_one_by_one(tmp_path: Path) -> None:
    client = Client(tmp_path / "store", bundled=False)
    twice(tmp_path, client)
    store = Store(tmp_path / "store")
    store.tag("t", "other:1")
    assert store.names_of(store.get("t")) == ("other:1", "t:latest")
    assert store.remove("t") == ("Untagged: t:latest",)
    assert store.get("other:1").verify().layers[0].size_files == 10
    assert store.remove("other:1")[0] == "Untagged: other:1" and store.images(with_bundled=False) == ()


@pytest.mark.parametrize("name", ["web:nope", "nope"])
def test_a_path_that_is_there_is_not_answered_in_the_daemons_name(
    name: str, two: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert execute(coursekit, ["layers", f"{two}:{name}"], Client(tmp_path / "store"), "coursekit") == 1
    err = capfd.readouterr().err
    assert "has no image" in err and "it has web" in err and "daemon" not in err
