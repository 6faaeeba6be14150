"""What can be said of an essay by a machine: known false statements, the rubric's points that a sentence touches, length.

    "Each container has a full copy of the image."   flagged: run-copies-the-image
    "A container has no kernel of its own."          denied, so not flagged

A person reads the text and gives the marks. Nothing here says that a text is right: only what was found in it, and what
was not. The patterns are in `essays_english` and `essays_chinese`; a text may have both languages.

Pure. Neighbours: `marking`, `report`; figures in a text are an exercise's own judge's affair.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from coursekit.exercises import essays_chinese, essays_english
from coursekit.exercises.misconceptions import beliefs
from coursekit.exercises.model import Outcome, expect
from coursekit.language import _, plural

LEAST = 40  # words of an essay
VOCABULARY = 25  # different words of a real attempt
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])\s*|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [each.strip() for each in _SENTENCE.split(text) if each.strip()]


def false_statements(text: str) -> Iterator[Outcome]:
    """One failed outcome for each sentence and belief that it states, in any of the usual wordings."""
    for sentence in sentences(text):
        for belief in _stated(sentence):
            cut = sentence if len(sentence) <= 160 else f"{sentence[:157]}…"
            instead = beliefs()[belief].instead
            yield expect(
                False, claim=f"not: {belief}", have=_("You write “{sentence}”.").format(sentence=cut), want=instead
            )


def _stated(sentence: str) -> list[str]:
    """The beliefs that a sentence states."""
    plain = sentence.lower().replace("\u2019", "'").replace("`", "")
    chinese = essays_chinese.HAN.search(plain) is not None  # English words in it deny nothing by themselves
    return essays_chinese.stated(plain) if chinese else essays_english.stated(plain)


def long_enough(text: str) -> Outcome:
    """Whether an essay has as many words as a few sentences need."""
    if essays_chinese.is_chinese(text):
        count, least = len(essays_chinese.HAN.findall(text)), essays_chinese.LEAST
        have = _("Your text has {n} Han characters.").format(n=count)
        want = _("Some five sentences are wanted, {n} Han characters at least.").format(n=least)
    else:
        count, least = len(text.split()), LEAST
        have = plural("Your text has {n} word.", "Your text has {n} words.", count).format(n=count)
        want = _("Some five sentences, or more, are wanted.")
    return expect(count >= least, claim="long enough", have=have, want=want)


def touched(text: str, patterns: Sequence[str], outcomes: Iterable[Outcome] = ()) -> tuple[str, ...]:
    """For each pattern the first sentence that touches it, else the first two in a row that do together, '' for none.

    A sentence that is flagged touches nothing, nor does one of which a failed one of `outcomes` quotes words.
    """
    wrong = [words for outcome in outcomes if not outcome.ok for words in re.findall("“([^”]+)”", outcome.have)]
    all_ = sentences(text)
    sound = [not _stated(each) and not any(cut in each for cut in wrong) for each in all_]
    single = [each for each, ok in zip(all_, sound, strict=True) if ok]
    pairs = [f"{all_[at]} {all_[at + 1]}" for at in range(len(all_) - 1) if sound[at] and sound[at + 1]]
    wanted = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
    return tuple(next((each for each in (*single, *pairs) if pattern.search(each)), "") for pattern in wanted)


def attempted(text: str, touches: Iterable[str]) -> bool:
    """Whether a text is a real attempt, after which a model answer may be read: long enough, words, and to the point."""
    points = list(touches)
    to_the_point = not points or sum(map(bool, points)) * 2 >= len(points)
    different = set(re.findall(r"[a-z]{2,}", text.lower()))
    enough = VOCABULARY
    if essays_chinese.is_chinese(text):
        different, enough = set(essays_chinese.HAN.findall(text)), essays_chinese.DIFFERENT
    return long_enough(text).ok and len(different) >= enough and to_the_point
