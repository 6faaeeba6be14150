"""`coursekit site`: the whole course as a folder of files, for any web server.

    OUT/index.html            the front page; no Python
    OUT/read/LESSON/          each lesson to read, its players without a kernel
    OUT/zh/                   both in Chinese; a page's switch keeps the place
    OUT/live/                 each lesson live, in JupyterLite
    OUT/assets/               styles, scripts, previews
    OUT/sw.js                 keeps what was seen, for when there is no network

Everything comes from this installation and from npm's Pyodide; a visitor's browser asks nobody but this site.

Neighbours: front, reading, lite make the parts.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from coursekit.errors import CourseError
from coursekit.exercises.evidence import MIME
from coursekit.language import LANGUAGES, _, speaking, spoken
from coursekit.site import lite, previews
from coursekit.site.front import front
from coursekit.site.lessons import Lesson, released
from coursekit.site.page import JOINED, WEB, edition
from coursekit.site.reading import pages
from coursekit.widgets.joined import joined, style

MARK = "coursekit-site"  # a file that says that a folder may be made anew
COPIED = ("page.css", "front.css", "reading.css", "icon.svg", "offline.js", "place.js", "live.css", "live.js")


def build(out: Path, address: str, tell: Callable[[str], None], *, live: bool = True) -> None:
    """Writes the site to `out`; `address` is where it will stand, for previews. `tell` hears what is being made.

    Raises: CourseError for a folder that holds something else, a tool that is missing or fails.
    """
    _make_room(out)
    _assets(out / "assets")
    for language in LANGUAGES:
        with speaking(language):
            lessons = released(language)
            tell(_("the front page, and {n} lessons to read").format(n=len(lessons)))
            _previews(out / "assets", lessons)
            for page in (front(lessons), *pages(lessons, out)):
                page.write(out, address)
    if live:
        tell(_("the lessons live: JupyterLite, and Python with a snapshot of its memory"))
        with tempfile.TemporaryDirectory(prefix="coursekit-site-") as work:
            lite.build(out / "live", Path(work))
    (out / ".nojekyll").touch()  # GitHub's pages leave nothing out then
    worker = (WEB / "sw.js").read_text("utf-8")
    (out / "sw.js").write_text(worker.replace("BUILD", _digest(out)), encoding="utf-8")


def _make_room(out: Path) -> None:
    """An empty folder; one that an earlier build made is made anew. Raises: CourseError for any other."""
    if out.exists() and any(out.iterdir()):
        if not (out / MARK).exists():
            raise CourseError(_("{place} holds other files: name an empty folder, or a new one").format(place=out))
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()


def _assets(place: Path) -> None:
    place.mkdir(parents=True)
    for name in COPIED:
        shutil.copy(WEB / name, place)
    (place / "scene.css").write_text(style("stage", "player"), encoding="utf-8")
    for name in JOINED:
        (place / name).write_text(joined((WEB / name).read_text("utf-8"), name), encoding="utf-8")
    work = (WEB / "work.js").read_text("utf-8")
    (place / "work.js").write_text(work.replace("EVIDENCE_MIME", MIME), encoding="utf-8")


def _previews(assets: Path, lessons: tuple[Lesson, ...]) -> None:
    """In the language in use; without a font for it, the English ones, which were drawn before."""
    asked = {"preview.png": _("nginx needs about 10 MB. Why is its image 133?")}
    asked |= {f"preview-{lesson.number}.png": lesson.question for lesson in lessons}
    place = assets / edition(spoken())
    place.mkdir(exist_ok=True)
    for name, question in asked.items():
        if not previews.draw(question, place / name):
            shutil.copy(assets / name, place)


def _digest(out: Path) -> str:
    """What tells this build from any other: the names, and the bytes, of all its files."""
    found = hashlib.sha256()
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(out).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as opened:
            found.update(hashlib.file_digest(opened, "sha256").digest())
    return found.hexdigest()[:16]
