"""Text in the columns of a terminal, where a Han character and a wide mark take two.

Source: Unicode Standard Annex #11, East Asian Width: W and F.
"""

import re
import textwrap
import unicodedata

_PIECE = re.compile("\\s*(?:[\u2e80-\u9fff\uac00-\ud7a3][^\\s\\w(（“‘《`\"'/]*|[^\\s\u2e80-\u9fff\uac00-\ud7a3]+)")


def columns(text: str) -> int:
    """How many columns a text takes.

    >>> columns("layer"), columns("层")
    (5, 2)
    """
    return len(text) if text.isascii() else sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in text)


def left(text: str, wide: int) -> str:
    """The text at the left of `wide` columns.

    >>> left("层", 4) + "|"
    '层  |'
    """
    return text + " " * (wide - columns(text))


def right(text: str, wide: int) -> str:
    """The text at the right of `wide` columns."""
    return " " * (wide - columns(text)) + text


def cut(text: str, most: int) -> str:
    """At most `most` columns, the last one an ellipsis where something was cut.

    >>> cut("/docker-entrypoint.sh sleep 1000", 20), cut("一层又一层", 6)
    ('/docker-entrypoint.…', '一层…')
    """
    if columns(text) <= most:
        return text
    kept, used = "", 0
    for character in text:
        used += columns(character)
        if used > most - 1:
            break
        kept += character
    return kept + "…"


def cut_in_the_middle(text: str, most: int) -> str:
    """The text, without its middle where it is too long: of a path the end says most.

    >>> cut_in_the_middle("/usr/lib/x86_64-linux-gnu/libicudata.so.67.1", 24)
    '/usr/lib…icudata.so.67.1'
    """
    if columns(text) <= most:
        return text
    tail = (most - 1) * 2 // 3
    head = cut(text, most - tail)
    return head + cut(text[::-1], tail + 1)[-2::-1]


def folded(text: str, most: int, indent: str = "") -> list[str]:
    """The text in lines of at most `most` columns, each with `indent`; between two Han characters a line may end.

    >>> folded("下层只读，遮住这个名字的标记只能放在上层。", 16)
    ['下层只读，遮住这', '个名字的标记只能', '放在上层。']
    """
    if text.isascii():
        return textwrap.wrap(text, most, initial_indent=indent, subsequent_indent=indent)
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if line and columns(indent + line + piece) > most:
            lines.append(indent + line)
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, indent + line] if line else lines
