"""Commands run towards a goal: on one container, or on several of one image.

    goal ──> containers ── run, undo, redo, reset ──> state ── differences ──> what is left to do

A line is one shell command, so that moves can be counted; one that only looks is no move. With `commits` there is one
more, `commit`, which makes the upperdir a layer and goes on with an empty one. With several containers a line begins with
the name of the one that it is for: `web: rm /etc/motd`, or docker's `exec web rm /etc/motd`.

Without a browser. Neighbours: trial (whose way back it has), goal (states), bench (which shows it), exercises.levels.
"""

from collections.abc import Sequence
from dataclasses import replace

from coursekit.container.container import Container, run
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.scenes.uppers import uppers
from coursekit.errors import CourseError
from coursekit.image.image import Image
from coursekit.language import _, series
from coursekit.shell.exits import ShellError
from coursekit.shell.parser import Parser
from coursekit.shell.syntax import AndOr, CommandList, Literal, Parameter, Pipeline, Simple
from coursekit.widgets.goal import COMMIT, UPPER, Difference, Goal, Places, differences, layer_of, plain, tree_of
from coursekit.widgets.trial import Done, Stack, Trial, attempted

MOVES = 60  # lines of an answer
LOOKING = frozenset(["cat", "find", "head", "ls", "pwd", "readlink", "stat", "tail", "wc"])
DOING = frozenset(["chmod", "cp", "echo", "ln", "mkdir", "mv", "printf", "rm", "rmdir", "touch"])


class Play(Trial):
    """Commands run towards a goal. Not thread-safe."""

    def __init__(self, goal: Goal, commands: Sequence[str] = ()) -> None:
        """Runs `commands` at once. Raises: CourseError for one that no line may be, or too many."""
        self.goal = goal
        self._image = Stack.of(list(goal.layers)).built()
        if len(commands) > MOVES:
            raise CourseError(_("At most {n} lines are run; these are {count}.").format(n=MOVES, count=len(commands)))
        for command in commands:
            self.refuse(command)
        super().__init__(Stack.of(self._image), commands)

    # -- what is done

    def _replay(self, commands: Sequence[str]) -> None:
        self.containers = {name: self._started(name, self._image) for name in self.goal.containers or ("sandbox",)}
        self.container = next(iter(self.containers.values()))
        self.done: list[Done] = []
        for command in commands:
            self._run(command)

    def _started(self, name: str, image: Image) -> Container:
        return run(image, name=name)

    def run(self, command: str) -> None:
        """Runs a line. Raises: CourseError for one that is no single command of those that there are."""
        if command.strip():
            self.refuse(command.strip())
        super().run(command)

    def _run(self, command: str) -> None:
        name, line = self._addressed(command)
        if self.goal.commits and line == COMMIT:
            self._commit()
            self.done.append(Done(command, _("committed: the upperdir is a layer now"), len(self.container.events)))
            return
        said, failed = attempted(self.containers[name], line)
        self.done.append(Done(command, said, len(self.container.events), failed))

    def _commit(self) -> None:
        image = self.container.commit("yours")
        self.container = self.containers["sandbox"] = self._started("sandbox", image)

    def _addressed(self, command: str) -> tuple[str, str]:
        """Whose container a line is for, and the command itself. Raises: CourseError for none of them."""
        if not self.goal.containers:
            return "sandbox", command
        name, colon, line = command.partition(":")
        words = command.removeprefix("docker ").split(None, 2)
        if words[:1] == ["exec"] and len(words) == 3:
            name, colon, line = words[1], ":", words[2]
        if not colon or name.strip() not in self.goal.containers:
            names = series(f"{each}: …" for each in self.goal.containers)
            raise CourseError(_("{line!r}: say for which container: {names}").format(line=command[:60], names=names))
        return name.strip(), line.strip()

    def refuse(self, command: str) -> None:
        """Raises: CourseError, where a line is not one command of those that there are."""
        _name, line = self._addressed(command)
        if self.goal.commits and line == COMMIT:
            return
        word = _verb(line)
        if word not in LOOKING | DOING:
            verbs = sorted(LOOKING | DOING) + [COMMIT] * self.goal.commits
            raise CourseError(
                _("{line!r}: a line is one command, without ; && | or $(…): {verbs}").format(
                    line=line[:60], verbs=series(verbs)
                )
            )

    # -- what came of it

    @property
    def moves(self) -> int:
        """The lines that did more than look."""
        return sum(not _looks(self._addressed(each.command)[1]) for each in self.done)

    def state(self) -> Places:
        """What there is: the upperdir, or each container's; with `commits` also the layers that were made, in order."""
        if self.goal.containers:
            return {name: tree_of(each.upper.freeze()) for name, each in self.containers.items()}
        made = self.container.image.layers[len(self.goal.layers) :]
        return {
            **{f"layer {n}": tree_of(layer.lower) for n, layer in enumerate(made, 1)},
            UPPER: tree_of(self.container.upper.freeze()),
        }

    def left(self) -> list[Difference]:
        """What is not yet as the goal has it; empty where it is reached."""
        return differences(self.state(), self.goal.places)

    # -- how it looks

    def scene(self) -> Scene:
        """The stack, with the goal beside it."""
        if self.goal.containers:
            paths = self._paths_of(self.state(), self.goal.places)
            trees = {name: tree_of(each.upper.freeze()) for name, each in self.containers.items()}
            yours = uppers(self._image, trees, paths, _("yours"))
            return replace(yours, goal=uppers(self._image, self.goal.places, paths, _("the goal")))
        self._paths.update(dict.fromkeys(self._paths_of(self.goal.places)))
        yours = super().scene()
        return replace(yours, title=_("Bring it to the goal"), goal=self._goal_scene())

    def frames(self, events: int) -> int:
        """How many frames the first `events` events take."""
        return 1 if self.goal.containers else super().frames(events)

    def _goal_scene(self) -> Scene:
        """The goal, in the columns of the stack."""
        places = dict(self.goal.places)
        upper = layer_of(places.pop(UPPER, {}))
        made = [layer_of(tree) for _name, tree in reversed(places.items())]
        base = self._image.layers[::-1]
        return stack_scene(
            [*made, *(layer.lower for layer in base)],
            upper=upper,
            paths=list(self._paths),
            names=["container layer", *reversed(places), *map(layer_name, base)],
            title=_("The goal"),
        )

    @staticmethod
    def _paths_of(*states: Places) -> list[str]:
        return sorted({path for places in states for tree in places.values() for path in plain(tree)})


def lines_of(text: str) -> list[str]:
    """The commands of an answer: comments, prompts and empty lines left out.

    >>> lines_of("# first\\n$ rm /a\\n\\n  mkdir /b ")
    ['rm /a', 'mkdir /b']
    """
    lines = (line.strip().removeprefix("$ ").strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _command(line: str) -> Simple | None:
    """A line that is one plain command without substitutions; None for any other."""
    parser = Parser(line)
    try:
        listed = parser.next_command()
        rest = parser.next_command()
    except ShellError:
        return None
    match listed:
        case CommandList(items=(AndOr(first=Pipeline(commands=(Simple() as command,), negated=False), rest=()),)) if (
            not rest
        ):
            words = [*command.words, *(each.target for each in command.redirects if isinstance(each.target, tuple))]
            plain_words = all(isinstance(part, Literal | Parameter) for word in words for part in word)
            return command if plain_words and command.words and not command.assignments else None
    return None


def _verb(line: str) -> str:
    """The name of a line's one command; '' for a line that is anything else."""
    command = _command(line)
    parts = command.words[0] if command else ()
    return "".join(part.text for part in parts if isinstance(part, Literal))


def _looks(line: str) -> bool:
    """Whether a line changes nothing: its command only looks, and it writes to no file."""
    command = _command(line)
    return command is not None and _verb(line) in LOOKING and not command.redirects
