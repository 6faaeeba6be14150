"""The language in which people are spoken to: English as it stands in the code, or what a catalogue has for it.

A text that somebody reads is one whole template, marked where it is said:

    _("{path} is served by {layer}.").format(path=path, layer=layer)
    plural("{n} layer", "{n} layers", n).format(n=n)

The catalogues are gettext's: `locale/<language>/LC_MESSAGES/coursekit.po`, extracted and compiled by Babel. A text that
is made when a module is imported is marked with `later` and said with `_` when it is shown. What was made in English in
another process, or is kept in a file, is said with `retold`.
"""

import gettext
import locale
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from string import Formatter

LANGUAGES = ("en", "zh")
ENGLISH = "en"
_CATALOGUES = Path(__file__).parent / "locale"
_WIDE = re.compile("[\u3400-\u9fff，。：；？（）“”‘’《》、…]")
_ENDED = re.compile("[，。：；？”’》…]$")  # after these no blank stands
_PARTED = {("zh", ","): "、", ("zh", ";"): "；"}
_spoken: str | None = None
_here: Callable[[], str | None] | None = None


def use(language: str | None) -> None:
    """Speak this language from now on; None for that of the environment. Raises: ValueError for one that is not there."""
    global _spoken
    if language is not None and language not in LANGUAGES:
        raise ValueError(f"the language {language!r} is not one of {', '.join(LANGUAGES)}")
    _spoken = language


def ask(here: Callable[[], str | None]) -> None:
    """Ask this where `use` was told nothing: it says the language of what is open here, or None."""
    global _here
    _here = here


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language in the block. Raises: ValueError for one that is not there."""
    before = _spoken
    use(language)
    try:
        yield
    finally:
        use(before)


def spoken() -> str:
    """The language in use: what `use` was told; else that of what is open here, of COURSEKIT_LANG, of the locale; English."""
    if _spoken is not None:
        return _spoken
    for told in (_here and _here(), os.environ.get("COURSEKIT_LANG"), locale.getlocale()[0]):
        if told and (short := told[:2].lower()) in LANGUAGES:
            return short
    return ENGLISH


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("coursekit", _CATALOGUES, [language], fallback=True)


class _Han(str):
    """A template in Chinese. A blank parts Han from Latin; where the value is Han too, `format` leaves it out.

    >>> _Han("复制到 {layer} 里").format(layer="容器层"), _Han("复制到 {layer} 里").format(layer="base")
    ('复制到容器层里', '复制到 base 里')
    """

    def format(self, *values: object, **named: object) -> str:
        said = ""
        for text, field, spec, conversion in Formatter().parse(self):
            said = seamed(said, text)
            if field is not None:
                how = f"!{conversion}" * bool(conversion) + f":{spec}" * bool(spec)
                said = seamed(said, f"{{{field}{how}}}".format(*values, **named))
        return said


def seamed(before: str, after: str) -> str:
    """Two parts of a sentence in Chinese, without the blank at their seam where Han or a wide mark is on both sides of it."""
    if before[-1:] == " " and _WIDE.match(before[-2:-1]) and _WIDE.match(after):
        return before[:-1] + after
    if after[:1] == " " and _WIDE.match(before[-1:]) and _WIDE.match(after[1:]):
        return before + after[1:]
    return before + after


def _template(text: str) -> str:
    return _Han(text) if "{" in text and spoken() != ENGLISH else text


def _(text: str) -> str:
    """This template in the language in use."""
    return _template(_catalogue(spoken()).gettext(text))


def plural(one: str, many: str, n: int) -> str:
    """The template for `n` things in the language in use."""
    return _template(_catalogue(spoken()).ngettext(one, many, n))


def retold(said: str, templates: Iterable[str]) -> str:
    """A text that was made in English where no language is known, in the one in use; '' where none of `templates` made it.

    What a box answers, and what evidence and JSON keep, is the same in every language; only who shows it translates.

    >>> retold("it computed for more than 5 seconds", ["it had not ended", "it computed for more than {n} seconds"])
    'it computed for more than 5 seconds'
    """
    for template in templates:
        if found := _made_from(template).fullmatch(said):
            return _(template).format(**found.groupdict())
    return ""


@cache
def _made_from(template: str) -> re.Pattern[str]:
    parts = [re.escape(text) + (f"(?P<{field}>.*)" if field else "") for text, field, *_ in Formatter().parse(template)]
    return re.compile("".join(parts), re.DOTALL)


def series(items: Iterable[str], mark: str = ",") -> str:
    """Words or names in a row, as the language in use parts them: "a, b" or "a、b"; clauses with ";"."""
    return _PARTED.get((spoken(), mark), f"{mark} ").join(items)


def sentences(*said: str) -> str:
    """Sentences one after the other, empty ones left out; in Chinese no blank is between them."""
    told = [each for each in said if each]
    if spoken() == ENGLISH:
        return " ".join(told)
    return "".join(each if _ENDED.search(each) else f"{each} " for each in told).rstrip(" ")


def later(text: str) -> str:
    """Marks a template that is said with `_` when it is shown."""
    return text
