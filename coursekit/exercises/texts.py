"""The words of an exercise: a Markdown file beside its rules, one file a language.

    # Three images, one disk          the title
    ## Objective                      what whoever solves it has shown, as "… can <objective>"
    ## Question                       what is asked; {listing} is what the case's `view` gives
    ## Labels                         - disk: on disk             rows, options, items: say("disk")
    ## Remarks                        - too-long: You have {n}.   what the judge says: say("too-long", n=…)
    ## Hints                          1. How many …?              2. [after sizes-add-up] Which …?
    ## Explanation                    shown after success too
    ## Beliefs                        - sizes-add-up: Row "disk": …   where the belief goes wrong, in this exercise
    ## Reasons                        - disk = 0: Who stores …?       what helps on with one part, see `reasons`
    ## Rubric                         - copy-up: Says how …       for prose: what earns points
    ## Model answer                   for prose

Headings and keys are the same in every language. Text has placeholders and no logic. Lines of a paragraph are joined;
what stands between ``` fences stays as it is. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from coursekit.errors import ExerciseError
from coursekit.language import ENGLISH, seamed, spoken

PLACEHOLDER = re.compile(r"(?<![{$])\{([a-z][a-z0-9_]*)\}(?!\})")
"""`{name}`, lower case. `{{.ID}}`, `${HOME}` and `{'a': 1}` are text."""
ALWAYS = ("Objective", "Question", "Hints", "Explanation")
SOMETIMES = ("Labels", "Remarks", "Beliefs", "Reasons", "Rubric", "Model answer")


@dataclass(frozen=True, slots=True)
class HintText:
    """One hint. `after`: the belief or the claim after which it comes first; '' for none."""

    text: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """What one file says, by heading, with placeholders as they stand."""

    where: str  # the file, for errors
    title: str
    objective: str
    question: str
    hints: tuple[HintText, ...]
    explanation: str
    labels: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    beliefs: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    rubric: Mapping[str, str] = field(default_factory=dict)
    model_answer: str = ""

    def every(self) -> dict[str, str]:
        """Every text, by a name for people: "Labels, disk"."""
        parts = {
            "title": self.title,
            "Objective": self.objective,
            "Question": self.question,
            "Explanation": self.explanation,
            "Model answer": self.model_answer,
        }
        parts |= {f"Hints, {number}": hint.text for number, hint in enumerate(self.hints, 1)}
        for heading in ("Labels", "Remarks", "Beliefs", "Reasons", "Rubric"):
            parts |= {f"{heading}, {key}": text for key, text in getattr(self, heading.lower()).items()}
        return parts


def read(source: str, where: str) -> Texts:
    """The texts of an exercise's file. Raises: ExerciseError, naming file and heading."""
    title, sections = sections_of(source, where)
    for heading in sections:
        if heading not in ALWAYS + SOMETIMES:
            wanted = ", ".join(ALWAYS + SOMETIMES)
            raise ExerciseError(f"{where}: there is no place for a heading '## {heading}'; headings are {wanted}")
    for heading in ALWAYS:
        if not sections.get(heading):
            raise ExerciseError(f"{where}: the heading '## {heading}' is missing or has no text below it")

    def listed(heading: str) -> dict[str, str]:
        return _listed(sections.get(heading, ""), f"{where}, '## {heading}'")

    return Texts(
        where=where,
        title=title,
        objective=joined(sections["Objective"]),
        question=joined(sections["Question"]),
        hints=_hints(sections["Hints"], f"{where}, '## Hints'"),
        explanation=joined(sections["Explanation"]),
        labels=listed("Labels"),
        remarks=listed("Remarks"),
        beliefs=listed("Beliefs"),
        reasons=listed("Reasons"),
        rubric=listed("Rubric"),
        model_answer=joined(sections.get("Model answer", "")),
    )


def sections_of(source: str, where: str) -> tuple[str, dict[str, str]]:
    """The title of a Markdown text, and what stands below each `## ` heading. A `#` between fences is no heading."""
    title, sections, heading, fenced = "", dict[str, list[str]](), "", False
    for line in source.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if not fenced and line.startswith("# "):
            title = title or line[2:].strip()
            heading = ""
        elif not fenced and line.startswith("## "):
            heading = line[3:].strip()
            if heading in sections:
                raise ExerciseError(f"{where}: the heading '## {heading}' stands twice")
            sections[heading] = []
        elif heading:
            sections[heading].append(line)
        elif line.strip() and not title:
            raise ExerciseError(f"{where}: the first line should be '# ' and the title; it is {line!r}")
    if not title:
        raise ExerciseError(f"{where}: there is no title, a line '# …'")
    if fenced:
        raise ExerciseError(f"{where}: a ``` fence is opened and never closed")
    return title, {heading: "\n".join(lines).strip("\n") for heading, lines in sections.items()}


def joined(text: str) -> str:
    """The text with the lines of each paragraph joined, and fenced blocks as they are.

    >>> joined("one\\ntwo\\n\\n```\\na\\nb\\n```\\n\\nthree")
    'one two\\n\\n```\\na\\nb\\n```\\n\\nthree'
    """
    parts = re.split(r"^(```.*?^```)[ \t]*$", text, flags=re.MULTILINE | re.DOTALL)
    shown = []
    for number, part in enumerate(parts):
        if number % 2:
            shown.append(part)
        else:
            paragraphs = (re.sub(r"\s*\n\s*", _join, each.strip()) for each in re.split(r"\n\s*\n", part))
            shown += [each for each in paragraphs if each]
    return "\n\n".join(shown)


def _join(gap: re.Match[str]) -> str:
    """What stands for a line's end: a blank, and nothing between two Chinese characters."""
    before, after = gap.string[gap.start() - 1 : gap.start()], gap.string[gap.end() : gap.end() + 1]
    return "" if before >= "\u2e80" and after >= "\u2e80" else " "


def _items(text: str, mark: str, where: str) -> list[str]:
    """The items of a list, each beginning with `mark`; further lines of an item are indented."""
    items: list[list[str]] = []
    for line in text.splitlines():
        if found := re.match(mark, line):
            items.append([line[found.end() :]])
        elif items and (not line.strip() or line.startswith("  ")):
            items[-1].append(line.strip() if not line.strip() else line[2:].removeprefix(" "))
        elif line.strip():
            raise ExerciseError(f"{where}: {line!r} begins no item of the list, and is not indented as part of one")
    return [joined("\n".join(lines)) for lines in items]


def _listed(text: str, where: str) -> dict[str, str]:
    """`- key: text` items."""
    found: dict[str, str] = {}
    for item in _items(text, r"- ", where):
        key, colon, words = item.partition(":")
        if not colon or not words.strip():
            raise ExerciseError(f"{where}: an item is '- key: text'; this one is {item[:60]!r}")
        if key.strip() in found:
            raise ExerciseError(f"{where}: the key {key.strip()!r} stands twice")
        found[key.strip()] = words.strip()
    return found


def _hints(text: str, where: str) -> tuple[HintText, ...]:
    """`1. text` and `2. [after belief-or-claim] text` items."""
    found = []
    for item in _items(text, r"\d+\.\s+", where):
        after, words = re.fullmatch(r"(?:\[after ([^\]]+)\]\s*)?(.*)", item, re.DOTALL).groups()  # type: ignore[union-attr]
        found.append(HintText(words, after or ""))
    return tuple(found)


def placeholders(text: str) -> set[str]:
    """The names that a text leaves open.

    >>> sorted(placeholders("{a} of {b}: {'c': 1}, ${d}, {{e}}"))
    ['a', 'b']
    """
    return set(PLACEHOLDER.findall(text))


def filled(text: str, values: Mapping[str, object], where: str) -> str:
    """The text with a value for each placeholder. Raises: ExerciseError for one that has none."""
    if missing := placeholders(text) - set(values):
        names, given = ", ".join(sorted(missing)), ", ".join(sorted(values)) or "nothing"
        raise ExerciseError(f"{where}: nothing is given for the placeholder {names}; given are {given}")
    parts = [str(values[part]) if at % 2 else part for at, part in enumerate(PLACEHOLDER.split(text))]
    return "".join(parts) if spoken() == ENGLISH else reduce(seamed, parts)
