"""Lesson 03: a layer designed to a goal, and where the real tools disagree.

Source: OCI image-spec layer.md; Linux overlayfs.rst; docker's overlayfs-driver page,
"open(2)"; probed on a Linux 6.18 overlay mount and on dockerd.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose
from coursekit.exercises.lessons.union_lookup import LESSON
from coursekit.exercises.lessons.union_stacks import DIRECTORY, OPAQUE, Tree, prefixes, visible
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, Outcome, WrongModel, expect

_NAMES = (
    "a.conf",
    "b.conf",
    "site.conf",
    "old.conf",
    "users",
    "keys",
    "maps",
    "limits",
    "ssl.conf",
    "api.conf",
)
_LONELY = ("/srv/demo.html", "/srv/readme", "/usr/bin/telnet", "/usr/share/words", "/var/lib/state", "/root/notes")
_KINDS = ("file", "dir", "opaque", "whiteout")


def _goal(random: Random) -> dict[str, Any]:
    """A base, what it has next month, and the tree that is wanted over both."""
    names = random.sample(_NAMES, 6)
    where = random.choice(("/etc/conf.d", "/etc/app", "/opt/rules", "/srv/sites", "/etc/cron.d"))
    lonely = random.sample(_LONELY, 2)
    old = [f"{where}/{name}" for name in names[:3]]
    return {
        "where": where,
        "base": sorted([*old, *lonely]),
        "later": sorted([*old, f"{where}/{names[5]}", *lonely]),
        "keep": sorted([f"{where}/{names[3]}", f"{where}/{names[4]}"]),
        "gone": lonely[0],
    }


def _layer_of(paths: Sequence[str]) -> Tree:
    tree: Tree = {}
    for path in paths:
        for above in prefixes(path)[:-1]:
            tree[above] = DIRECTORY
        tree[path] = b"base"
    return tree


def _wanted(case: Case, base: str) -> list[str]:
    others = [path for path in case[base] if not path.startswith(case["where"] + "/") and path != case["gone"]]
    return sorted([*case["keep"], *others])


def _as_tree(answer: Mapping[str, str]) -> Tree:
    nodes: dict[str, Any] = {"file": b"mine", "dir": DIRECTORY, "opaque": OPAQUE, "whiteout": None}
    tree: Tree = {}
    for path in sorted(answer):
        for above in prefixes(path)[:-1]:
            tree.setdefault(above, DIRECTORY)
        tree[path] = nodes[answer[path]]
    return tree


def _complaint(answer: Any) -> str:
    """What is wrong with the shape of an answer, or ''."""
    if type(answer) is not dict or not all(type(each) is str for pair in answer.items() for each in pair):
        return "The answer should be a dict from path to kind, such as {'/etc/motd': 'whiteout'}."
    for path, kind in answer.items():
        if not path.startswith("/") or path.endswith("/") or "//" in path:
            return f"{path!r} should be a path such as '/etc/motd'."
        if kind not in _KINDS:
            return f"{path!r} is {kind!r}; it should be one of {', '.join(map(repr, _KINDS))}."
    inside = [
        path
        for path in answer
        if any(answer.get(above, "dir") in ("file", "whiteout") for above in prefixes(path)[:-1])
    ]
    return f"{inside[0]!r} lies below something that is no directory." if inside else ""


def _judge(case: Case, answer: Any) -> Sequence[Outcome]:
    if complaint := _complaint(answer):
        return [expect(False, claim="a layer", have=complaint)]
    layer = _as_tree(answer)
    today, later = (_files([layer, _layer_of(case[base])]) for base in ("base", "later"))
    entries = [path for path, kind in answer.items() if kind != "dir"]
    return [
        expect(
            today == _wanted(case, "base"),
            claim="the tree on today's base",
            weight=2,
            have=_difference(today, _wanted(case, "base")),
            want="On today's base just the wanted files should be seen.",
        ),
        expect(
            later == _wanted(case, "later") and today == _wanted(case, "base"),
            claim="the tree on next month's base",
            have=_difference(later, _wanted(case, "later")),
            want="It should stay so on next month's base.",
        ),
        expect(
            len(entries) <= 4 and today == _wanted(case, "base"),
            claim="four entries",
            have=f"Your layer has {len(entries)} entries besides plain directories.",
            want="Four are enough.",
        ),
    ]


def _files(stack: Sequence[Tree]) -> list[str]:
    return [path for path in visible(stack) if any(isinstance(tree.get(path), bytes) for tree in stack)]


def _difference(have: Sequence[str], want: Sequence[str]) -> str:
    more, less = sorted(set(have) - set(want)), sorted(set(want) - set(have))
    said = [f"still seen: {', '.join(more)}" if more else "", f"not seen: {', '.join(less)}" if less else ""]
    return "; ".join(filter(None, said)).capitalize() + "." if more or less else "The tree is as wanted."


def _design(case: Case, hides: Mapping[str, str], *, lonely: str = "whiteout") -> dict[str, str]:
    return {**{path: "file" for path in case["keep"]}, **hides, case["gone"]: lonely}


DESIGN_LAYER = Exercise(
    id="design-layer",
    lesson=LESSON,
    title="Design a layer",
    kind=Kind.VALUE,
    points=4,
    objective="design a layer that gives a wanted tree, and keeps giving it on a newer base",
    make=_goal,
    question=lambda case: (
        "The base has these files:\n\n```\n" + "\n".join(case["base"]) + "\n```\n\nYour layer goes "
        "on "
        f"top. Afterwards `{case['where']}` should hold **only** "
        + " and ".join(f"`{path}`" for path in case["keep"])
        + f", `{case['gone']}` should be gone, and all else be as it is. Next month's base will have one more file in "
        f"`{case['where']}`; it must not be seen either. Four entries are enough (plain directories do not count).\n\n"
        "Answer with a dict from path to `'file'`, `'dir'`, `'opaque'` or `'whiteout'`, such as "
        "`{'/etc/motd': 'whiteout'}`."
    ),
    truth=lambda case: _design(case, {case["where"]: "opaque"}),
    judge=_judge,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["opaque-is-many-whiteouts"],
            lambda case: _design(
                case, {path: "whiteout" for path in case["base"] if path.startswith(case["where"] + "/")}
            ),
            "It fits today's base. Next month's brings a name that no whiteout of yours has.",
        ),
        WrongModel(
            MISCONCEPTIONS["top-directory-alone"],
            lambda case: _design(case, {case["where"]: "dir"}),
            "The directory of your layer is merged with the base's, whose files are still there.",
        ),
        WrongModel(
            MISCONCEPTIONS["empty-file-deletes"],
            lambda case: _design(case, {case["where"]: "opaque"}, lonely="file"),
            "An entry 'file' is a file that is seen, even an empty one.",
        ),
    ),
    hints=(
        Hint("Which of the four kinds hides names that you cannot know yet?"),
        Hint("Look at the second claim: what does next month's base bring?", after="opaque-is-many-whiteouts"),
        Hint("One entry for the directory, one for each file that it keeps, one for the file that goes."),
    ),
    explanation="Opaque where a directory is to be yours alone; a whiteout where one name should go. Today whiteouts "
    "for each old file would have looked the same, in more entries, and next month they would not.",
)

_STORIES = {  # what holds, and what is often believed instead
    "chmod-same": (
        "After a chmod to the mode that a file had, docker diff prints no line, and the committed layer has an entry.",
        "After a chmod to the mode that a file had, docker diff prints no line, so the committed layer has no entry.",
    ),
    "fd": (
        "A descriptor opened for reading before a copy-up shows what is written later (Linux since 4.19).",
        "A descriptor opened for reading before a copy-up goes on showing the lower file.",
    ),
    "sizes": (
        "Ask docker, podman and a registry for the size of one layer, and you may get three figures, all of them "
        "right.",
        "A layer has one size. If two tools print different ones, one of them is wrong.",
    ),
    "opaque-commit": (
        "For a directory removed and made anew, docker commit writes .wh..wh..opq, though OCI prefers whiteouts.",
        "docker commit never writes .wh..wh..opq, as the OCI text asks for a whiteout of each name.",
    ),
    "dir-to-link": (
        "Some tools wrote a whiteout below a name that the same layer makes a symlink; some cannot unpack that.",
        "All tools agree on how a layer replaces a directory by a symlink.",
    ),
    "wh-file": (
        "A file .wh.motd in a lower directory on disk is, for the kernel's overlay, a file like others.",
        "A file .wh.motd in a lower directory on disk hides motd in a kernel overlay mount.",
    ),
}
_ALWAYS = ("chmod-same", "fd", "sizes")


def _stories(random: Random) -> dict[str, Any]:
    """Five stories, told both ways, under letters by chance."""
    stories = [*_ALWAYS, *random.sample(sorted(set(_STORIES) - set(_ALWAYS)), 2)]
    told = [[story, holds] for story in stories for holds in (True, False)]
    random.shuffle(told)
    return {"told": dict(zip("abcdefghij", told, strict=True))}


def _believing(case: Case, wrong: str = "") -> list[str]:
    """The letters chosen by who knows all the stories but `wrong`."""
    return [letter for letter, (story, holds) in case["told"].items() if holds == (story != wrong)]


TOOLS_DISAGREE = Exercise(
    id="tools-disagree",
    lesson=LESSON,
    title="Where the real tools disagree",
    kind=Kind.CHOICE,
    points=2,
    objective="know where docker, its documentation, the OCI text and the kernel part ways",
    make=_stories,
    question="Five stories, each told in two ways, of which one holds. Choose the five statements that hold.",
    form=lambda case: Choose(
        {letter: _STORIES[story][0 if holds else 1] for letter, (story, holds) in case["told"].items()}, many=True
    ),
    truth=_believing,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["diff-lists-the-layer"],
            lambda case: _believing(case, "chmod-same"),
            "chmod copied the file up, so upperdir has it, and a commit stores upperdir.",
        ),
        WrongModel(
            MISCONCEPTIONS["descriptor-keeps-the-old-file"],
            lambda case: _believing(case, "fd"),
            "The cell with two descriptors: the older one read the new line.",
        ),
        WrongModel(
            MISCONCEPTIONS["one-size"],
            lambda case: _believing(case, "sizes"),
            "The same layer as files, as a tar with its headers and padding, and compressed.",
        ),
    ),
    hints=(
        Hint("For each pair: which of the two have you seen happen in this lesson or in lesson 04?"),
        Hint(
            "Where upperdir holds an entry and the merged tree shows no difference, what does each tool look at?",
            after="diff-lists-the-layer",
        ),
        Hint("In each pair the statement that sounds tidier is the one that does not hold."),
    ),
    explanation="Specifications, documentation and tools were written by different people at different times. Where "
    "they part ways, ask the thing itself: a mount, an archive, a registry. The engine of this course does what the "
    "kernel and the OCI text say.",
)
