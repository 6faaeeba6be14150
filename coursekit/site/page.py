"""The shell of every page: what a search engine and a preview show of it, its look, and the way around.

Neighbours: front and reading fill it.
"""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from coursekit.language import ENGLISH, LANGUAGES, _, spoken
from coursekit.widgets.joined import catalogue, joined

WEB = Path(__file__).parent / "web"
JOINED = ("front.js", "reading.js")  # scripts that import the players' modules
NAMES = {"en": "English", "zh": "中文"}  # each in its own language


def edition(language: str) -> str:
    """The folder of a language below the site's root: "" for English, "zh/" for Chinese."""
    return "" if language == ENGLISH else f"{language}/"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, in the language in use. `path` is its folder below the root of that language, "" for the root."""

    path: str
    title: str
    description: str
    preview: str  # a picture in assets/, or in the folder of the language there
    styles: tuple[str, ...]  # files in assets/
    scripts: tuple[str, ...]
    body: str

    @property
    def root(self) -> str:
        """The way back to the root, "./" or "../../"."""
        return "../" * len(Path(self.folder).parts) or "./"

    @property
    def folder(self) -> str:
        """Where it lies below the root of the site."""
        return f"{edition(spoken())}{self.path}"

    def html(self, address: str) -> str:
        """The whole document; `address` is where the site will stand, "" where that is not known."""
        at = address.rstrip("/") + "/" if address else ""
        return template("page.html").substitute(
            language=spoken(),
            title=escape(self.title),
            description=escape(self.description),
            url=escape(f"{at}{self.folder.rstrip('/')}/" if self.folder else at),
            preview=escape(f"{at or self.root}assets/{edition(spoken())}{self.preview}"),
            root=self.root,
            home=self.root + edition(spoken()),
            alternates="".join(self._alternate(at, language) for language in LANGUAGES),
            others="".join(self._other(language) for language in LANGUAGES if language != spoken()),
            links="".join(f'<link rel="stylesheet" href="{self.root}assets/{name}">\n' for name in self.styles),
            scripts="".join(
                f'<script type="module" src="{self.root}assets/{name}"></script>\n' for name in self.scripts
            ),
            words=self._words(),
            skip=escape(_("Skip to the text")),
            lessons=escape(_("Lessons")),
            teachers=escape(_("For teachers")),
            body=self.body,
        )

    def _alternate(self, at: str, language: str) -> str:
        path = f"{edition(language)}{self.path}".rstrip("/")
        return f'<link rel="alternate" hreflang="{language}" href="{at or self.root}{path}{"/" * bool(path)}">\n'

    def _other(self, language: str) -> str:
        """The same page in another language; page.js keeps the place in it."""
        path = f"{edition(language)}{self.path}".rstrip("/")
        href = f"{self.root}{path}{'/' * bool(path)}index.html"
        return f'<a data-other href="{href}" lang="{language}" hreflang="{language}">{NAMES[language]}</a>'

    def _words(self) -> str:
        """What the players of the page say, where that is not English; page scripts read it before they draw."""
        told: dict[str, object] = {}
        for name in self.scripts:
            if name in JOINED:
                told.update(catalogue(joined((WEB / name).read_text("utf-8"), name)))
        return f'<script type="application/json" id="words">{data(told)}</script>\n' if told else ""

    def write(self, out: Path, address: str) -> None:
        """Writes it below the root of the site."""
        place = out / self.folder
        place.mkdir(parents=True, exist_ok=True)
        (place / "index.html").write_text(self.html(address), encoding="utf-8")


def data(value: object) -> str:
    """A value as JSON that can stand in a page."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def template(name: str) -> Template:
    """One of the templates in web/."""
    return Template((WEB / name).read_text("utf-8"))
