"""The shell of every page: what a search engine and a preview show of it, its look, and the way around.

Neighbours: front and reading fill it.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from coursekit.language import _, spoken

WEB = Path(__file__).parent / "web"


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `path` is its folder below the site's root, "" for the root."""

    path: str
    title: str
    description: str
    preview: str  # a picture, from the root
    styles: tuple[str, ...]  # files in assets/
    scripts: tuple[str, ...]
    body: str

    @property
    def root(self) -> str:
        """The way back to the root, "./" or "../../"."""
        return "../" * len(Path(self.path).parts) or "./"

    def html(self, address: str) -> str:
        """The whole document; `address` is where the site will stand, "" where that is not known."""
        at = address.rstrip("/") + "/" if address else ""
        return template("page.html").substitute(
            language=spoken(),
            title=escape(self.title),
            description=escape(self.description),
            url=escape(f"{at}{self.path}/" if self.path else at),
            preview=escape(f"{at or self.root}{self.preview}"),
            root=self.root,
            links="".join(f'<link rel="stylesheet" href="{self.root}assets/{name}">\n' for name in self.styles),
            scripts="".join(
                f'<script type="module" src="{self.root}assets/{name}"></script>\n' for name in self.scripts
            ),
            skip=escape(_("Skip to the text")),
            lessons=escape(_("Lessons")),
            teachers=escape(_("For teachers")),
            body=self.body,
        )

    def write(self, out: Path, address: str) -> None:
        """Writes it below the root of the site."""
        place = out / self.path
        place.mkdir(parents=True, exist_ok=True)
        (place / "index.html").write_text(self.html(address), encoding="utf-8")


def template(name: str) -> Template:
    """One of the templates in web/."""
    return Template((WEB / name).read_text("utf-8"))
