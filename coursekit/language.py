"""The language in which people are spoken to: English as it stands in the code, or what a catalogue has for it.

A text that somebody reads is one whole template, marked where it is said:

    _("{path} is served by {layer}.").format(path=path, layer=layer)
    plural("{n} layer", "{n} layers", n).format(n=n)

The catalogues are gettext's: `locale/<language>/LC_MESSAGES/coursekit.po`, extracted and compiled by Babel. A text that
is made when a module is imported is marked with `later` and said with `_` when it is shown.
"""

import gettext
import locale
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
ENGLISH = "en"
_CATALOGUES = Path(__file__).parent / "locale"
_PARTED = {"zh": "、"}
_spoken: str | None = None


def use(language: str | None) -> None:
    """Speak this language from now on; None for that of the environment. Raises: ValueError for one that is not there."""
    global _spoken
    if language is not None and language not in LANGUAGES:
        raise ValueError(f"the language {language!r} is not one of {', '.join(LANGUAGES)}")
    _spoken = language


def spoken() -> str:
    """The language in use: what `use` was told, COURSEKIT_LANG, or the locale's; English where none of them is known."""
    if _spoken is not None:
        return _spoken
    for told in (os.environ.get("COURSEKIT_LANG"), locale.getlocale()[0]):
        if told and (short := told[:2].lower()) in LANGUAGES:
            return short
    return ENGLISH


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("coursekit", _CATALOGUES, [language], fallback=True)


def _(text: str) -> str:
    """This template in the language in use."""
    return _catalogue(spoken()).gettext(text)


def plural(one: str, many: str, n: int) -> str:
    """The template for `n` things in the language in use."""
    return _catalogue(spoken()).ngettext(one, many, n)


def series(items: Iterable[str]) -> str:
    """Words or names in a row, as the language in use parts them: "a, b" or "a、b"."""
    return _PARTED.get(spoken(), ", ").join(items)


def later(text: str) -> str:
    """Marks a template that is said with `_` when it is shown."""
    return text
