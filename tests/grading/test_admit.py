"""The door lets in regular files of one link, bounded, and says what it left out; nothing that is handed in stops it."""

import os
import shutil
import socket
import subprocess
import zipfile
from pathlib import Path

import pytest

from coursekit.grading.classroom.admit import COUNT, DEPTH, FILES, NAME, NOTEBOOK, Admitted, admit

LESSON = "06-tiny"
MINE = f"{LESSON}.ipynb"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "submitted" / "eve" / LESSON
    made.mkdir(parents=True)
    (made / MINE).write_text("{}")
    (tmp_path / "secret").write_text("THE SECRET")
    return made


def let(place: Path) -> Admitted:
    return admit(place, MINE, place.parents[1])


def test_plain_files_pass_whole_and_sorted(place: Path) -> None:
    (place / "data").mkdir()
    (place / "data" / "ä b.txt").write_bytes(b"\0\xff")
    found = let(place)
    assert list(found.files.items()) == [(MINE, b"{}"), ("data/ä b.txt", b"\0\xff")]
    assert found.left_out == () and found.unreadable == ""


def test_links_lead_nowhere(place: Path) -> None:
    (place / "loot").symlink_to("../../../secret")
    (place / "folder").symlink_to("/etc")
    os.link(place.parents[2] / "secret", place / "hard")
    found = let(place)
    assert set(found.files) == {MINE}
    assert found.left_out == (
        "left out: folder is a link to another place: hand in the file itself",
        "left out: hard is a hard link to another file: hand in a copy",
        "left out: loot is a link to another place: hand in the file itself",
    )


@pytest.mark.parametrize("kind", ["symlink", "hard link", "pipe", "folder", "zero"])
def test_a_notebook_that_is_no_file_is_unreadable_and_says_why(place: Path, kind: str) -> None:
    (place / MINE).unlink()
    match kind:
        case "symlink":
            (place / MINE).symlink_to(place.parents[2] / "secret")
        case "hard link":
            os.link(place.parents[2] / "secret", place / MINE)
        case "pipe":
            os.mkfifo(place / MINE)
        case "folder":
            (place / MINE).mkdir()
        case "zero":
            (place / MINE).symlink_to("/dev/zero")
    found = let(place)
    words = {
        "symlink": "link",
        "zero": "link",
        "hard link": "hard link",
        "pipe": "pipe",
        "folder": "nothing was handed in",
    }
    assert found.files == {} and words[kind] in found.unreadable


def test_pipes_sockets_and_devices_are_said_and_hold_nothing_up(place: Path) -> None:
    os.mkfifo(place / "timestamp.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        before = os.getcwd()
        os.chdir(place)
        listening.bind("sock")
        os.chdir(before)
    if os.geteuid() == 0:
        os.mknod(place / "disk", 0o600 | 0o020000, os.makedev(1, 5))
    found = let(place)
    assert set(found.files) == {MINE}
    assert len(found.left_out) == 2 + (os.geteuid() == 0)


def test_giants_are_left_out_by_their_size_and_not_read(place: Path) -> None:
    (place / "big").touch()
    os.truncate(place / "big", 2**40)
    (place / "small").write_text("s")
    assert set(let(place).files) == {MINE, "small"}
    os.truncate(place / MINE, NOTEBOOK + 1)
    assert "there is room for 67 MB" in let(place).unreadable


def test_all_files_together_are_bounded(place: Path) -> None:
    for name in "abc":
        (place / name).write_bytes(bytes(FILES // 2))
    found = let(place)
    assert set(found.files) == {MINE, "a", "b"} and len(found.left_out) == 1


def test_number_and_depth_and_names_are_bounded(place: Path) -> None:
    for number in range(COUNT + 50):
        (place / f"{number:04}").touch()
    inner = place
    for _ in range(DEPTH + 3):
        inner = inner / "deeper"
        inner.mkdir()
        (inner / "file").touch()
    (place / ("n" * (NAME + 1))).touch()
    found = let(place)
    assert len(found.files) <= COUNT + 1 and MINE in found.files
    assert found.left_out[-1].endswith("more files or folders")


def test_eleven_hundred_folders_deep_is_no_trouble(place: Path) -> None:
    before = os.getcwd()
    try:
        os.chdir(place)
        for _ in range(1100):
            os.mkdir("d")
            os.chdir("d")
        found = let(place)
    finally:
        os.chdir(before)
        subprocess.run(["rm", "-rf", str(place / "d")], check=True)
    assert set(found.files) == {MINE} and f"more than {DEPTH} folders deep" in found.left_out[0]


@pytest.mark.parametrize("name", [b"r\xe9sum\xe9.txt", b"a\nb", b"a\x1b[2Jb", "a\u202eb".encode(), b"a\\b"])
def test_odd_names_are_left_out_and_said_in_plain_characters(place: Path, name: bytes) -> None:
    (Path(os.fsdecode(os.fsencode(place) + b"/" + name))).touch()
    found = let(place)
    assert set(found.files) == {MINE} and len(found.left_out) == 1
    assert found.left_out[0].isprintable() and "rename it" in found.left_out[0]


def test_a_folder_behind_a_link_is_another_students(tmp_path: Path, place: Path) -> None:
    (place.parents[1] / "mallory").symlink_to(place.parent)
    (place.parents[1] / "carl").mkdir()
    (place.parents[1] / "carl" / LESSON).symlink_to(place)
    for who in ("mallory", "carl"):
        found = let(place.parents[1] / who / LESSON)
        assert found.files == {} and "link to another place" in found.unreadable


def test_the_course_itself_may_lie_behind_a_link(tmp_path: Path, place: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(place.parents[1])
    top = tmp_path / "elsewhere"
    assert MINE in admit(top / "eve" / LESSON, MINE, top).files


def test_a_file_that_becomes_a_link_between_two_looks_is_not_followed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "loot").write_text("harmless")
    real = os.open

    def swapped(name: str, flags: int, *rest: int, **more: int) -> int:
        if name == "loot":
            (place / "loot").unlink()
            (place / "loot").symlink_to(place.parents[2] / "secret")
        return real(name, flags, *rest, **more)

    monkeypatch.setattr(os, "open", swapped)
    found = let(place)
    assert set(found.files) == {MINE} and "loot" in found.left_out[0]


def test_what_an_innocent_archive_holds_passes(place: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(MINE, "{}")
        archive.writestr("bilder/bild 1.png", b"png")
        archive.writestr("__pycache__/x.pyc", b"")
        archive.writestr(".ipynb_checkpoints/old.ipynb", "{}")
    shutil.unpack_archive(tmp_path / "a.zip", place)
    assert set(let(place).files) == {MINE, "bilder/bild 1.png"}


def test_the_digest_is_of_all_that_was_handed_in(place: Path) -> None:
    one = let(place).digest("course")
    assert one == let(place).digest("course") != let(place).digest("another course")
    (place / "new").symlink_to("/etc/hostname")
    assert let(place).digest("course") != one
