"""What a layer's tar leaves unsaid, the layers below say."""

import pytest

from coursekit.errors import ImageError
from coursekit.fs.node import WHITEOUT, Directory, Metadata, Symlink
from coursekit.image import layer_tar
from coursekit.image.resolve_against_lower import resolve, settle
from coursekit.layers.layer import Layer
from coursekit.layers.tar_index import TarIndex
from coursekit.vfs.overlay import Overlay
from tests.image.making import member, tar
from tests.image.trees import directory, file


def layer(*members: bytes) -> TarIndex:
    return layer_tar.read(tar(*members))


def over(index: TarIndex, *below: Layer) -> Overlay:
    return Overlay(lowerdir=[settle(index, below), *below], upperdir=None)


BASE = Layer.of(
    {
        "/tmp": directory(0o1777, 7, 8),
        "/usr/bin/tool": file("tool", 0o755),
        "/bin": Symlink(Metadata(), "usr/bin"),
        "/etc/hosts": "hosts",
        "/etc/deep/x": "x",
        "/loop": Symlink(Metadata(), "/loop"),
        "/up": Symlink(Metadata(), "../../etc"),
        "/gone/x": "",
    }
)


def test_a_layer_that_says_everything_passes_unchanged() -> None:
    index = layer(member("./", "dir"), member("etc", "dir"), member("etc/hosts"))
    assert settle(index, [BASE]) is index


def test_directories_that_are_not_listed_keep_what_they_have_below() -> None:
    found = over(layer(member("tmp/new")), BASE).stat("/tmp")
    assert (found.st_mode & 0o7777, found.st_uid, found.st_gid) == (0o1777, 7, 8)


def test_directories_that_are_listed_do_not() -> None:
    assert over(layer(member("tmp", "dir"), member("tmp/new")), BASE).stat("/tmp").st_mode & 0o7777 == 0o755


def test_directories_that_nobody_has_are_roots() -> None:
    found = over(layer(member("new/dir/file")), BASE).stat("/new/dir")
    assert (found.st_mode & 0o7777, found.st_uid) == (0o755, 0)


def test_a_directory_over_a_whiteout_or_in_an_opaque_one_takes_nothing_from_below() -> None:
    hidden = Layer.of({"/tmp": WHITEOUT})
    assert over(layer(member("tmp/new")), hidden, BASE).stat("/tmp").st_mode & 0o7777 == 0o755
    renewed = layer(member("etc/.wh..wh..opq"), member("etc/deep/y"))
    assert over(renewed, BASE).listdir("/etc/deep") == ["y"]


def test_the_root_keeps_its_attributes() -> None:
    base = Layer.of({"/": Directory(Metadata(0o711, 3, 4))})
    assert over(layer(member("x")), base).stat("/").st_mode & 0o7777 == 0o711


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("bin/new", "/usr/bin/new"),
        ("bin/./new", "/usr/bin/new"),
        ("up/new", "/etc/new"),
        ("up/deep/new", "/etc/deep/new"),
    ],
)
def test_paths_through_a_symlink_below_go_where_it_leads_within_the_image(name: str, target: str) -> None:
    merged = over(layer(member(name, data=b"new")), BASE)
    assert merged.read_bytes(target) == b"new"
    assert merged.is_symlink("/" + name.split("/")[0])
    assert merged.exists("/usr/bin/tool") and merged.exists("/etc/hosts")


def test_a_listed_directory_replaces_the_symlink_and_is_not_followed() -> None:
    merged = over(layer(member("bin", "dir"), member("bin/new")), BASE)
    assert merged.listdir("/bin") == ["new"] and merged.listdir("/usr/bin") == ["tool"]


def test_a_whiteout_through_a_symlink_hides_what_it_leads_to() -> None:
    merged = over(layer(member("bin/.wh.tool")), BASE)
    assert merged.listdir("/usr/bin") == [] and merged.is_symlink("/bin")


def test_a_circle_of_symlinks_ends() -> None:
    with pytest.raises(ImageError, match="40 symlinks"):
        settle(layer(member("loop/x")), [BASE])


@pytest.mark.parametrize("target", ["usr/bin/tool", "bin/tool", "./usr/bin/tool"])
def test_a_hard_link_to_a_lower_file_makes_both_names_one_file_of_this_layer(target: str) -> None:
    merged = over(layer(member("mine", "link", link=target)), BASE)
    mine, tool = merged.stat("/mine"), merged.stat("/usr/bin/tool")
    assert merged.read_bytes("/mine") == b"tool" and mine.st_mode & 0o7777 == 0o755
    assert mine.st_ino == tool.st_ino and mine.st_nlink == tool.st_nlink == 2
    assert len(merged.providers("/usr/bin/tool")) == 1


def test_two_hard_links_to_one_lower_file_are_one_file() -> None:
    merged = over(layer(member("one", "link", link="etc/hosts"), member("two", "link", link="etc/hosts")), BASE)
    assert {merged.stat(path).st_ino for path in ("/one", "/two", "/etc/hosts")} == {merged.stat("/one").st_ino}
    assert merged.stat("/two").st_nlink == 3


def test_an_opaque_root_hides_all_that_is_below() -> None:
    merged = over(layer(member(".wh..wh..opq"), member("etc", "dir"), member("etc/new")), BASE)
    assert sorted(merged.listdir("/")) == ["etc"] and merged.listdir("/etc") == ["new"]


def test_the_same_layer_settles_differently_on_different_ones() -> None:
    index = layer(member("mine", "link", link="etc/hosts"))
    for text in ("one", "two"):
        assert over(index, Layer.of({"/etc/hosts": text})).read_text("/mine") == text
        assert not index.is_settled, "it is shared: what is settled is a copy"


def test_resolving_stays_inside_the_image() -> None:
    places = [(BASE, 0)]
    assert resolve(places, "../../../etc/hosts")[0] == "etc/hosts"
    assert resolve(places, "up/../../../usr/bin/tool")[0] == "usr/bin/tool"
    assert resolve(places, "nothing/there")[1] == []
