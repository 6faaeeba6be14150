"""The front page: the course's question, a stack to play with at once, eight lessons, and the way in.

Neighbours: recording has what is played, lessons what is listed, page the shell.
"""

from html import escape

from coursekit.diagrams.svg import render
from coursekit.language import _, spoken
from coursekit.site import recording
from coursekit.site.lessons import Lesson
from coursekit.site.page import WEB, Page, data, edition, template


def front(lessons: tuple[Lesson, ...]) -> Page:
    """The page at the root of the language in use."""
    back = "../" if edition(spoken()) else "./"
    told = recording.front()
    scene, says = recording.first_frame()
    body = template("front.html").substitute(
        {key: escape(text) for key, text in _texts(lessons[0]).items()},
        says=escape(says),
        first=render(scene, 0),
        stored=told["stored"],
        which=escape(f"{told['files'][0]['name']} · {told['files'][0]['size']}"),
        start=live(lessons[0], back),
        lessons="\n".join(_card(each, back) for each in lessons),
        recorded=data(told),
    )
    return Page(
        path="",
        title=_("What is in a container image? A course to touch"),
        description=_(
            "nginx needs about 10 MB. Why is its image 133? Eight lessons on layers, union file systems and "
            "copy-on-write, to try in the browser: nothing to install, no account."
        ),
        preview="preview.png",
        styles=("page.css", "scene.css", "front.css"),
        scripts=("front.js", "work.js"),
        body=body,
    )


def live(lesson: Lesson, back: str) -> str:
    """The address of a lesson in JupyterLite, from a page whose way to the root is `back`."""
    return f"{back}live/notebooks/index.html?path={lesson.notebook}"


def _texts(first: Lesson) -> dict[str, str]:
    return {
        "question": _("nginx needs about 10 MB. Why is its image 133?"),
        "its_image": _("its image"),
        "to_play_with": _("A stack to play with"),
        "sees": _("A program sees"),
        "on_disk": _("Stored on disk"),
        "same": _("not a byte less"),
        "delete": _("Delete this file"),
        "or_in_a_layer": _("… or in a new layer:"),
        "steps": _("Steps"),
        "back": _("Step back"),
        "forward": _("Step forward"),
        "measured": _(
            "Measured on the course's own nginx image, made of Debian's packages. Four of its 1 kB layers are left out of the picture."
        ),
        "start_words": _("Start · {n} minutes").format(n=first.minutes),
        "promise": _("Runs in this page. Nothing to install, no account. You need a little shell and a little Python."),
        "eight": _("Eight questions"),
        "your_work": _("Your work"),
        "kept_here": _(
            "What you answer stays in this browser, and is there again tomorrow. Download a lesson to hand it in, or to go on "
            "with it elsewhere; bring it back with the button."
        ),
        "bring_back": _("Bring a notebook back"),
        "for_teachers": _("For teachers"),
        "for_a_class": _(
            "The same lessons for a class, with nbgrader: answers of each student's own, marks that a submission cannot forge, "
            "feedback that names the mistake. On a machine with Python:"
        ),
    }


def _card(lesson: Lesson, back: str) -> str:
    drawn = (WEB / "cards" / f"{lesson.number}.svg").read_text("utf-8").strip()
    minutes = escape(_("{n} min").format(n=lesson.minutes))
    words = f"<b>{escape(lesson.question)}</b><small><span>{lesson.number}</span><span>{minutes}</span></small>"
    read = escape(_("Read"))
    name = escape(_("Read lesson {number}").format(number=lesson.number))
    return (
        f'<li><a href="{live(lesson, back)}">{drawn}<span class="words">{words}</span></a>'
        f'<a class="read" href="read/{lesson.name}/index.html" aria-label="{name}">{read}</a></li>'
    )
