"""The whole slice on a real image: run, change, diff, commit, save; skopeo, umoci and docker take what comes out."""

import json
from pathlib import Path

import pytest

from coursekit.container.container import Container, run
from coursekit.errors import ContentMissing, CourseError
from coursekit.image import archive, layout
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.vfs.overlay import Overlay
from tests.real import debian
from tests.real.daemon import Docker
from tests.real.tree import differences, of_directory, of_overlay
from tests.tools import needs
from tests.tools import run as shell

pytestmark = [needs("umoci", "skopeo"), pytest.mark.slow]
NAME = "me/web:1"
SCRIPT = """\
echo "worker_processes 2;" >> /etc/nginx/nginx.conf
: >> /etc/passwd
mkdir /srv/site; echo "<h1>hello</h1>" > /srv/site/index.html; ln -s /srv/site /added
rm -r /etc/nginx/sites-available; chmod 700 /usr/bin/dpkg
"""
CHANGES = (
    "A /added",
    "C /etc",
    "C /etc/nginx",
    "C /etc/nginx/nginx.conf",
    "D /etc/nginx/sites-available",
    "C /srv",
    "A /srv/site",
    "A /srv/site/index.html",
    "C /usr",
    "C /usr/bin",
    "C /usr/bin/dpkg",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def container(real_image: Path, store: Store) -> Container:
    """A container in which files were added, written, removed, and one had its mode changed."""
    made = run(Image.open(f"{real_image}:{debian.TAG}", store=store), name="web")
    told = made.exec(SCRIPT)
    assert (told.exit_code, told.stderr) == (0, "")
    return made


@pytest.fixture(scope="module")
def image(container: Container, store: Store) -> Image:
    """The commit of that container, put into a store."""
    store.add(container.commit(NAME, author="a learner", message="a site"), NAME)
    return Image.open(NAME, store=store)


def test_diff_tells_what_was_done(container: Container) -> None:
    assert tuple(f"{change.kind.value} {change.path}" for change in container.diff()) == CHANGES


def test_the_commit_stands_on_the_image(container: Container, image: Image) -> None:
    assert [layer.diff_id for layer in image.layers[:-1]] == [layer.diff_id for layer in container.image.layers]
    top = image.layers[-1]
    assert (top.added, top.deleted) == (3, 1)
    assert image.history[0].comment == "a site"


def test_the_store_is_a_layout_that_skopeo_reads(store: Store, image: Image) -> None:
    told = json.loads(shell("skopeo", "inspect", f"oci:{store.root}:{NAME}"))
    assert told["Layers"] == [str(layer.digest) for layer in image.layers]


def test_umoci_unpacks_the_container_s_tree(container: Container, image: Image, tmp_path: Path) -> None:
    layout.write([image.named("one")], tmp_path / "layout")  # umoci takes no tag with ":" or "/"
    shell("umoci", "unpack", "--image", f"{tmp_path / 'layout'}:one", tmp_path / "bundle")
    theirs = of_directory(tmp_path / "bundle" / "rootfs")
    assert differences(of_overlay(Overlay.from_image(image)), theirs) == []


@pytest.mark.parametrize("flavour", ["docker", "oci"])
def test_skopeo_takes_the_archive(image: Image, flavour: str, tmp_path: Path) -> None:
    archive.write([image], tmp_path / "saved.tar", flavour=flavour)  # type: ignore[arg-type]
    transport = {"docker": "docker-archive", "oci": "oci-archive"}[flavour]
    shell("skopeo", "copy", "--insecure-policy", f"{transport}:{tmp_path / 'saved.tar'}", f"oci:{tmp_path / 'out'}:x")
    back = Image.open(f"{tmp_path / 'out'}:x")
    assert [layer.diff_id for layer in back.layers] == [layer.diff_id for layer in image.layers]
    assert back.config.cmd == image.config.cmd


@needs("dockerd", "docker")
@pytest.mark.kernel
def test_docker_loads_runs_and_agrees(container: Container, image: Image, docker: Docker, tmp_path: Path) -> None:
    archive.write([image], tmp_path / "saved.tar")
    assert NAME in docker("load", "-i", tmp_path / "saved.tar")
    assert docker("inspect", "--format", "{{.Id}}", NAME).strip() == str(image.id)
    cat = ("--entrypoint", "cat", NAME, "/srv/site/index.html")
    assert docker("run", "--rm", "--network=none", *cat) == "<h1>hello</h1>\n"
    assert docker("history", "--format", "{{.Size}}", "--human=false", NAME).split() == [
        str(row.size) for row in image.history
    ]


@needs("dockerd", "docker")
@pytest.mark.kernel
def test_docker_diff_prints_the_same(container: Container, docker: Docker, tmp_path: Path) -> None:
    archive.write([container.image.named("docker.io/me/base:1")], tmp_path / "saved.tar")
    docker("load", "-i", tmp_path / "saved.tar")
    docker("run", "--name", "same", "--network=none", "--entrypoint", "sh", "me/base:1", "-c", SCRIPT)
    assert sorted(docker("diff", "same").splitlines(), key=lambda line: line[2:]) == list(CHANGES)


def test_a_skeleton_runs_but_cannot_be_committed_where_bytes_are_missing(store: Store, tmp_path: Path) -> None:
    made = run("debian-nginx:bullseye", name="bones", store=store)
    assert "bullseye" in made.exec("cat /etc/os-release").stdout
    refused = made.exec("cat /usr/sbin/nginx")
    assert refused.exit_code == 1
    assert "/usr/sbin/nginx" in refused.stderr
    made.exec("chmod 700 /usr/sbin/nginx")
    with pytest.raises((CourseError, ContentMissing), match="/usr/sbin/nginx"):
        made.commit("me/bones:1")
    assert "me/bones:1" not in {found.name for found in store.images()}


def test_a_skeleton_cannot_be_saved(store: Store, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="skeleton"):
        archive.write([Image.open("debian-nginx:bullseye", store=store)], tmp_path / "saved.tar")
    assert not (tmp_path / "saved.tar").exists()
