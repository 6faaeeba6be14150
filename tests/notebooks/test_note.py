"""Each claim of the study note is met in a lesson, by an exercise and in words; and what prose points at is there."""

import re

import pytest

import coursekit
from coursekit.exercises import catalogue
from tests.notebooks.sources import NOTEBOOKS, ROOT, Notebook, text

each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.lesson)
PROSE = {notebook.lesson[:2]: " ".join(notebook.prose.split()) for notebook in NOTEBOOKS}

# The note's claim, the lesson, words of that lesson that say what becomes of the claim, the exercise that asks for it.
CLAIMS = [
    ("changes take effect after a restart", "04", "changes take effect after a restart", "note-corrected"),
    ("a program stands on a rootfs and a kernel", "02", "which storey the program is in", "instruction-layers"),
    ("rootfs holds /dev, /proc, /etc", "01", "which the note counts among the contents of a rootfs", "which-mount"),
    ("bootfs is boot loader and kernel", "01", "of bootfs nothing is left but a running kernel", "boot-order"),
    ("distributions differ in rootfs", "01", "the files are the image's, the kernel is the host's", "centos-host"),
    ("a union file system makes one of all layers", "03", "hides that there are several", "merged-tree"),
    ("exec into a container that has exited", "06", "A line must be missing in it", "exec-refused"),
    ("os-release in nginx says Debian 11", "06", "bullseye*, just as in the note", "whose-kernel"),
    ("an image shares the host's kernel", "01", "images share the host's kernel", "left-out"),
    ("install mysql 5.6 in centos, and export it", "02", "installs MySQL 5.6 in it", "mysql-by-commit"),
    ("the layer of centos is the parent", "02", "it is their parent", "parent-and-base"),
    ("one base on disk serves many images", "05", "the host stores one copy of it", "stored-once"),
    ("one copy in memory serves many containers", "05", "one copy serves several containers", "page-cache"),
    ("one container's change is its own", "05", "the change is confined to the single container", "two-containers"),
    ("a writable layer lies on top", "04", "on top one empty layer that can be written", "four-operations"),
    ("reading copies a file up", "04", "a file which is read is first copied", "what-copies-up"),
    ("modifying copies it, then changes it", "04", "its size is that of the whole file", "first-byte"),
    ("deleting is only recorded", "04", "the deletion is only recorded", "rm-and-space"),
    ("image layers are read-only, so they can be shared", "05", "All image layers are read-only", "explain-sharing"),
    ("layers make distribution easier", "05", "make the distribution of images much easier", "pull-plan"),
    ("ENV, CMD take effect in the container", "02", "“ENV, VOLUME, CMD take effect in the container”", "what-starts"),
    ("an image is a UnionFS", "03", "an image is a list of archives and a configuration", "tools-disagree"),
    ("why only some hundred MB", "06", "an image is *only* some hundred MB because", "explain-133"),
    ("why 133M, when nginx is some ten", "06", "“some ten MB” is too much even for the package", "ledger-133"),
]


@pytest.mark.parametrize(("claim", "lesson", "words", "exercise"), CLAIMS, ids=[claim for claim, *_ in CLAIMS])
def test_a_claim_of_the_note_has_its_place(claim: str, lesson: str, words: str, exercise: str) -> None:
    assert words in PROSE[lesson], claim
    assert catalogue.exercise(exercise).lesson.startswith(lesson)


@each
def test_files_and_modules_that_it_names_are_there(notebook: Notebook) -> None:
    for path in re.findall(r"`((?:coursekit|tests|notebooks)/[\w./-]+)`", notebook.prose):
        assert (ROOT / path).exists(), path
    for module in re.findall(r"`python -m ([\w.]+)", notebook.prose):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module


@each
def test_what_it_calls_of_the_course_exists(notebook: Notebook) -> None:
    said = "\n".join(text(cell) for cell in notebook.cells)
    for names in re.findall(r"\bck\.(\w+(?:\.\w+)?)", said):
        first, _, second = names.partition(".")
        found = getattr(coursekit, first)
        assert not second or hasattr(found, second), f"ck.{names}"
    for id in re.findall(r"\bck\.(?:check|hint|question|case|after|progress)\(\"([a-z][\w-]*)\"", said):
        assert catalogue.exercise(id)


@each
def test_links_are_whole_and_secure(notebook: Notebook) -> None:
    """To a cell `#cell-id=ID`, which JupyterLab and nbconvert both know; to a lesson by its file."""
    links = re.findall(r"(?<!!)\[([^\]]+)\]\(([^)]*)\)", notebook.prose)
    assert links
    cells = {each.lesson: {cell["id"] for cell in each.cells} for each in NOTEBOOKS}
    for words, address in links:
        if inside := re.fullmatch(r"(?:\.\./([\w-]+)/\1\.ipynb)?(?:#cell-id=([\w-]+))?", address):
            lesson, cell = inside[1] or notebook.lesson, inside[2]
            assert lesson in cells and (cell is None or cell in cells[lesson]), address
        else:
            assert re.fullmatch(r"https://[\w.-]+/[\w./%#=?&~+-]*", address), address
        assert words.strip() and not words.lower().startswith(("here", "http"))
