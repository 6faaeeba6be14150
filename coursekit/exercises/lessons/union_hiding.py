"""Lesson 03: how a deletion is spelled in a layer's archive, and how an opaque directory differs from whiteouts.

Source: OCI image-spec layer.md, "Whiteouts", "Opaque Whiteout"; Linux overlayfs.rst,
"whiteouts and opaque directories".
"""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill, Text
from coursekit.exercises.lessons.union_lookup import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_FILES = (
    "etc/nginx/mime.types",
    "etc/nginx/nginx.conf",
    "etc/apt/sources.list",
    "usr/bin/curl",
    "usr/share/misc/magic",
    "var/log/dpkg.log",
    "etc/ssl/openssl.cnf",
    "usr/lib/libicu.so",
    "srv/www/index.html",
    "root/.bashrc",
)
_TREES = (
    "usr/share/doc",
    "usr/share/man",
    "var/cache/apt",
    "usr/share/locale",
    "var/lib/apt/lists",
    "opt/java/demo",
    "usr/share/fonts",
    "srv/old",
    "etc/init.d",
    "usr/lib/python3/test",
)
_OPAQUE = ".wh..wh..opq"


def _deletions(random: Random) -> dict[str, Any]:
    """Two files, a directory, and a directory that is emptied and filled anew; the order varies."""
    first, second = random.sample(_FILES, 2)
    gone, anew = random.sample(_TREES, 2)
    steps = [["file", first], ["file", second], ["dir", gone], ["anew", anew]]
    random.shuffle(steps)
    return {"steps": {f"{n}": step for n, step in enumerate(steps, 1)}}


_COMMANDS = {
    "file": "rm /{path}",
    "dir": "rm -r /{path}",
    "anew": "rm -r /{path}; mkdir /{path}   (the one entry that makes it opaque)",
}


def _spelled(kind: str, path: str) -> str:
    above, _, name = path.rpartition("/")
    return f"{path}/{_OPAQUE}" if kind == "anew" else f"{above}/.wh.{name}"


def _entries(case: Case, spell: Any) -> dict[str, dict[str, str]]:
    """An entry for each step for which `spell` has one."""
    found = {number: spell(kind, path) for number, (kind, path) in case["steps"].items()}
    return {number: {"entry": entry} for number, entry in found.items() if entry is not None}


def _same_entry(have: Any, want: Any) -> bool:
    """Archives may spell a path `./etc/x`, and people `/etc/x`."""
    return type(have) is str and _plain(have) == _plain(want)


def _plain(path: str) -> str:
    return path.strip().removeprefix("./").strip("/")


WHITEOUT_ENTRIES = Exercise(
    id="whiteout-entries",
    lesson=LESSON,
    title="Spell it for the archive",
    kind=Kind.TABLE,
    points=3,
    objective="spell whiteouts and an opaque directory as entries of a layer's archive",
    make=_deletions,
    question="A layer is a tar archive, and tar knows no deletion. Which entry tells of each of these? Write its whole "
    "path in the archive, such as `etc/motd` for a file. All that is deleted lies in layers below.",
    form=lambda case: Fill(
        {n: _COMMANDS[kind].format(path=path) for n, (kind, path) in case["steps"].items()}, {"entry": Text()}
    ),
    truth=lambda case: _entries(case, _spelled),
    same=_same_entry,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["whiteout-before-path"],
            lambda case: _entries(case, lambda kind, path: None if kind == "anew" else f".wh.{path}"),
            "The archive has the directories too; the whiteout is an entry in the directory of what it hides.",
        ),
        WrongModel(
            MISCONCEPTIONS["empty-file-deletes"],
            lambda case: _entries(case, lambda kind, path: path if kind == "file" else None),
            "An entry with the file's own name is a file: whoever unpacks it finds it there, empty.",
        ),
        WrongModel(
            MISCONCEPTIONS["wildcard-whiteout"],
            lambda case: _entries(case, lambda kind, path: f"{path}/.wh.*" if kind == "anew" else None),
            "`.wh.*` is the whiteout of a file that is called `*`.",
        ),
    ),
    hints=(
        Hint("Which of the path's names does `.wh.` stand before, and in which directory does the entry lie?"),
        Hint("A directory that goes needs one whiteout only. Why not one for each child?"),
        Hint("The one for opaque has a name of its own, `.wh..wh..opq`, and lies **in** the directory."),
        Hint(
            "`rm /a/b/c` is `a/b/.wh.c`; `rm -r /a/b` is `a/.wh.b`; emptied and made anew, `/a/b` has "
            "`a/b/.wh..wh..opq`."
        ),
    ),
    explanation="`.wh.` before the last name, in an empty file: one entry, whether a file goes or a directory of "
    "thousands. The price is that no file of an image can have a name that begins so. On disk, overlayfs writes "
    "the same thoughts otherwise: a device 0/0 of the plain name, and an extended attribute on a directory.",
)

_NAMES = (
    "a.conf",
    "b.conf",
    "site.conf",
    "old.conf",
    "users",
    "keys",
    "cache",
    "proxy.conf",
    "ssl.conf",
    "gzip.conf",
    "maps",
    "limits",
    "log.conf",
    "api.conf",
)
_SEEN = {"seen": "is seen", "hidden": "is not seen"}


def _two_spellings(random: Random) -> dict[str, Any]:
    """A directory of three or four files, emptied and given one of its own; later the base is exchanged."""
    names = random.sample(_NAMES, 7)
    old, own, came = names[: random.randrange(2, 4)], names[4], names[5:]
    where = random.choice(("/etc/conf.d", "/etc/nginx/conf.d", "/srv/app", "/opt/rules", "/etc/cron.d"))
    stays = random.sample(old, 1)
    return {"where": where, "old": sorted(old), "own": own, "stays": stays, "came": sorted(came)}


def _rows(case: Case) -> dict[str, str]:
    rows = {
        name: f"{name}, of the old base" + (" and of the new" if name in case["stays"] else "") for name in case["old"]
    }
    rows |= {name: f"{name}, of the new base alone" for name in case["came"]}
    rows[case["own"]] = f"{case['own']}, of the layer itself"
    return {name: rows[name] for name in sorted(rows)}


def _after(case: Case, *, opaque: str = "hidden", whiteouts: str = "seen", own: str = "seen") -> dict[str, Any]:
    """What is seen once the base is exchanged; `opaque` and `whiteouts` say what becomes of the new base's names."""
    table = {name: {"opaque": "hidden", "whiteouts": "hidden"} for name in case["old"]}
    table |= {name: {"opaque": opaque, "whiteouts": whiteouts} for name in case["came"]}
    table[case["own"]] = {"opaque": own, "whiteouts": "seen"}
    return table


OPAQUE_OR_WHITEOUTS = Exercise(
    id="opaque-or-whiteouts",
    lesson=LESSON,
    title="The same today, and tomorrow?",
    kind=Kind.PREDICTION,
    points=3,
    objective="tell an opaque directory from whiteouts by what happens when the layer below changes",
    make=_two_spellings,
    question=lambda case: (
        f"A layer empties `{case['where']}` of its base, which has "
        + ", ".join(f"`{name}`" for name in case["old"])
        + f", and puts its own `{case['own']}` there. It may say so in two ways: the directory **opaque**, or "
        "**whiteouts** "
        f"for {'both' if len(case['old']) == 2 else 'each'}. Today one sees the same. Then the layer is put on a new base, "
        f"whose `{case['where']}` has "
        + ", ".join(f"`{name}`" for name in sorted([*case["stays"], *case["came"]]))
        + ". What is seen now, with each of the two spellings: 'seen' or 'hidden'?"
    ),
    form=lambda case: Fill(_rows(case), {"opaque": Choose(_SEEN), "whiteouts": Choose(_SEEN)}),
    truth=_after,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["opaque-is-many-whiteouts"],
            lambda case: _after(case, whiteouts="hidden"),
            "The new base's own names: no whiteout has them, as nobody knew them when the layer was made.",
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-shows-through"],
            lambda case: _after(case, opaque="seen"),
            "The new base's own names, under the lid: opaque hides whatever lies below, known or not.",
        ),
        WrongModel(
            MISCONCEPTIONS["opaque-hides-own-entries"],
            lambda case: _after(case, own="hidden"),
            "The layer's own file lies beside the lid and not under it.",
        ),
    ),
    hints=(
        Hint("A whiteout was written for a name. Which names did the layer's author know?"),
        Hint("Does a whiteout know of a file that comes later?", after="opaque-is-many-whiteouts"),
        Hint("Opaque hides all that lies below, today's and tomorrow's. Whiteouts hide the names they spell."),
    ),
    explanation="“Nothing from below” and “not these” are two statements, which agree until something new arrives "
    "below. "
    "Bases are exchanged often: `docker build` does it with each new `FROM`, though it runs the commands "
    "again; tools that put ready layers on a new base (`crane rebase`, buildpacks) do not. The OCI text asks "
    "exporters to "
    "write explicit whiteouts and importers to accept both; `docker commit` writes opaque ones.",
)
