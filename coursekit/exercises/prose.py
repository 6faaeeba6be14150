"""Texts of the exercises as HTML and as plain words: paragraphs, `code`, **bold** and fenced blocks, all else escaped.

Whatever comes from an answer passes `escaped`: no markup of a learner's reaches a page.
"""

import html
import re


def escaped(text: str) -> str:
    """`text` safe between tags and in attributes, control characters and lone surrogates shown as �.

    >>> escaped("<b>&\\x00")
    '&lt;b&gt;&amp;�'
    """
    clean = "".join("�" if (c < " " and c not in "\n\t") or "\ud800" <= c <= "\udfff" else c for c in text)
    return html.escape(clean)


def one_line(text: str, most: int = 300) -> str:
    """`text` for a line of a terminal or a list: what moves a cursor, turns text about or starts a line shown as �.

    >>> one_line("a\x1b[2J\\nb"), one_line("abcdef", most=3)
    ('a�[2J�b', 'abc…')
    """
    return "".join(c if is_harmless(c) else "�" for c in text[:most]) + "…" * (len(text) > most)


def is_harmless(text: str) -> bool:
    """Whether a text can be printed, and turns nothing about; what joins letters, as in Persian and emoji, may.

    >>> is_harmless("علی\u200cرضا"), is_harmless("a\u202eb")
    (True, False)
    """
    return text.replace("\u200c", "").replace("\u200d", "").isprintable()


def inline(text: str) -> str:
    """One line of text as HTML: `code` and **bold**.

    >>> inline("`a<b` is **so**")
    '<code>a&lt;b</code> is <strong>so</strong>'
    """
    pieces = re.split(r"(`[^`]+`)", text)
    return "".join(
        f"<code>{escaped(p[1:-1])}</code>" if p[:1] == "`" == p[-1:] and len(p) > 2 else _bold(p) for p in pieces
    )


def _bold(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escaped(text))


def block(text: str) -> str:
    """Text as HTML: blank lines part paragraphs, ``` fences preformatted lines."""
    shown = []
    for number, piece in enumerate(re.split(r"^```.*$\n?", text, flags=re.MULTILINE)):
        if number % 2:
            kind = ' class="ck-columns"' if re.search(r"\S {2,}\S", piece) else ""  # a table: its lines are not broken
            shown.append(f'<pre{kind} style="overflow-x:auto;margin:.5em 0">{escaped(piece.rstrip())}</pre>')
        else:
            parts = [part.strip() for part in re.split(r"\n\s*\n", piece) if part.strip()]
            shown += [f'<p style="margin:.4em 0">{inline(part)}</p>' for part in parts]
    return "".join(shown)
