"""The sandbox: a small lab with a stack of the learner's choice, a command line, and the diagram that follows.

    ck.sandbox()                                   choose a stack
    ck.sandbox("debian-nginx:bullseye")            an image, by name or at hand
    ck.sandbox([{"/etc/motd": None}, {"/etc/motd": "hello"}])       your own layers, top first; None is a whiteout
    ck.sandbox(web)                                a copy of a container or a mount, as it is now; the original stays
    ck.sandbox.open("cks1.…")                      a state that somebody shared

Around the player stand ipywidgets: the choice of the stack, and the layout. Where no browser runs them, the state is
shown as a figure, with the commands that led to it.

Neighbours: trial (what is run), player (how it is shown).
"""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import traitlets

from coursekit.diagrams.scene import words
from coursekit.diagrams.svg import figure
from coursekit.errors import CourseError
from coursekit.image import bundled
from coursekit.image import teaching_images as teaching
from coursekit.language import _, plural
from coursekit.widgets.joined import module, style
from coursekit.widgets.play import Play
from coursekit.widgets.trial import Stack, Trial, opened
from coursekit.widgets.widget import Widget

SMALL: list[dict[str, str | None]] = [
    {"/app/main.py": "print('hello')\n", "/etc/motd": None},
    {"/etc/app.conf": "port = 80\n", "/etc/motd": "Welcome.\n", "/app/old.py": "print('old')\n"},
]


class Bench(Widget):
    """The command line, the buttons, what was done, and the player; talks to a Trial."""

    _esm = module("bench")
    _css = style("stage", "player", "bench")
    data = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    notice = traitlets.Unicode("").tag(sync=True)
    done: Any = traitlets.List().tag(sync=True)  # [command, what it said, the step that shows its end, did it fail?]
    undone: Any = traitlets.List().tag(sync=True)  # commands, the next to be done again last
    line = traitlets.Unicode("").tag(
        sync=True
    )  # the state, to be opened elsewhere; of a level the commands, for a cell
    level: Any = traitlets.Dict().tag(sync=True)  # of a level: its moves, the fewest known, what is left to do

    question = traitlets.Unicode("").tag(sync=True)  # of a level: HTML, made by the course and escaped

    def __init__(self, trial: Trial, keep: Callable[[str], str] | None = None, question: str = "") -> None:
        """`keep` saves the commands of a level, and gives the line that says the same in a cell."""
        super().__init__(question=question)
        self.trial = trial
        self._keep = keep
        self.on_msg(self._heard)
        self.follow()

    def take(self, trial: Trial) -> None:
        """Go on with another trial."""
        self.trial = trial
        self.follow()

    def follow(self) -> None:
        """Tell the browser how things stand."""
        scene = self.trial.scene()
        ends = {each.events: 0 for each in self.trial.done}
        ends.update((events, self.trial.frames(events) - 1) for events in ends)
        with self.hold_sync():
            self.scene = scene
            self.data = scene.to_json()
            self.step = len(scene.frames) - 1
            self.done = [[each.command, each.said, ends[each.events], each.failed] for each in self.trial.done]
            self.undone = list(self.trial.undone)
            self.line = self.trial.line()
            if isinstance(self.trial, Play):
                self.level = _level(self.trial)
                self.line = self._keep("\n".join(each.command for each in self.trial.done)) if self._keep else ""

    def page(self) -> tuple[str, str]:
        """The state as a figure, with the commands that led to it."""
        said = "".join(f"<li><code>{escape(each.command)}</code></li>" for each in self.trial.done)
        goal, heading = figure(self.scene.goal) if self.scene.goal else "", _("Commands run:")
        return self.question + figure(self.scene) + goal + (f"<p>{heading}</p><ol>{said}</ol>" if said else ""), words(
            self.scene
        )

    def _heard(self, _widget: Any, message: Any, _buffers: Any) -> None:
        try:
            self._obey(message)
            self.notice = ""
        except CourseError as problem:
            self.notice = str(problem)
        self.follow()
        self.send({"settled": True})

    def _obey(self, message: Any) -> None:
        match message:
            case {"run": str(command)}:
                self.trial.run(command)
            case {"do": "undo" | "redo" | "reset" as act}:
                getattr(self.trial, act)()
            case {"open": str(line)} if not isinstance(self.trial, Play):
                self.trial = opened(line)


def _level(play: Play) -> dict[str, Any]:
    """How far a level is, as the browser shows it."""
    return {
        "moves": play.moves,
        "fewest": play.goal.fewest,
        "left": [each.said for each in play.left()],
        "containers": list(play.goal.containers),
        "commits": play.goal.commits,
    }


class Sandbox(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The choice of a stack above the bench."""

    def __init__(self, trial: Trial) -> None:
        self.bench = Bench(trial)
        names = dict.fromkeys([*bundled.names(), *teaching.names()])
        own = str(trial.stack)
        options = [own, *(name for name in names if name != own)]
        if not trial.stack.trees:
            options.append(str(Stack.of(SMALL)))
        self.stacks = {own: trial.stack, str(Stack.of(SMALL)): Stack.of(SMALL)} | {
            name: Stack.of(name) for name in names if name != own
        }
        room = ipywidgets.Layout(width="auto", max_width="100%", min_width="0")
        self.choice = ipywidgets.Dropdown(options=options, value=own, description=_("Stack"), layout=room)
        self.choice.observe(self._choose, "value")
        super().__init__([self.choice, self.bench])

    def _choose(self, change: Any) -> None:
        try:
            self.bench.take(Trial(self.stacks[change["new"]]))
        except CourseError as problem:
            self.bench.notice = str(problem)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data = {**(data or {}), "text/html": self.bench.page()[0], "text/plain": repr(self)}
        return (data, bundle[1]) if isinstance(bundle, tuple) else data

    def __repr__(self) -> str:
        n = len(self.bench.trial.done)
        said = plural("Sandbox on {stack}, {n} command", "Sandbox on {stack}, {n} commands", n)
        return said.format(stack=self.bench.trial.stack, n=n)


class _Sandboxes:
    """`ck.sandbox`: called, it makes one; `open` makes one of a line."""

    def __call__(self, stack: Any = SMALL) -> Sandbox:
        """A lab on an image, its name, a dict of paths, dicts **top first**, or a copy of what lives.

        Raises: CourseError.
        """
        return Sandbox(Trial(Stack.of(stack)))

    def open(self, line: str) -> Sandbox:
        """The lab that a shared line tells of. Raises: CourseError."""
        return Sandbox(opened(line))

    def __repr__(self) -> str:
        return "sandbox(stack), sandbox.open(line)"


sandbox = _Sandboxes()
