"""A level: one changeset with something added, changed and deleted."""

from random import Random
from typing import Any

from coursekit.exercises.levels import form, view
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

FILES = ("/etc/motd", "/etc/issue", "/etc/shells", "/etc/profile", "/srv/page.html", "/srv/robots.txt")
NEW = ("notes", "todo", "plan", "ideas", "menu", "list")
WORDS = ("apple", "birch", "cedar", "daisy", "elm", "fern", "grape", "hazel")


def make(random: Random) -> dict[str, Any]:
    """What the image has, and the changeset of it."""
    changed, gone, kept = random.sample(FILES, 3)
    old, more, text = random.sample(WORDS, 3)
    added = f"/etc/{random.choice(NEW)}.txt"
    return {
        "layers": [{"/etc/": "", changed: f"{old}\n", gone: "old\n", kept: "kept\n"}],
        "goal": {
            "upperdir": {added: ["file", f"{text}\n"], changed: ["file", f"{old}\n{more}\n"], gone: None},
        },
        "changed": changed,
        "more": more,
        "gone": gone,
        "added": added,
        "text": text,
        "fewest": 3,
    }


CASE = Asked(Kind.RECIPE, points=1, make=make, view=view, form=form)
