"""How docker says ages, sizes and commands: its Go formatters, rule for rule.

    "12 hours ago"   "133MB"   "\\"/docker-entrypoint.…\\""

Pure. Source: docker/go-units duration.go and size.go; docker/cli formatter/displayutils.go.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from coursekit.columns import cut
from coursekit.image.units import human_size as size

__all__ = [
    "LONG_AGO",
    "age",
    "ago",
    "go_json",
    "moment",
    "one_line",
    "printable",
    "quoted_command",
    "rfc3339",
    "short_id",
    "size",
]


LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)  # Go's zero time


def printable(text: str, keep: str = "") -> str:
    r"""`text` with its control characters spelled out, but for those to `keep`: it moves no cursor and rings no bell.

    >>> print(printable("\x1b[2J\u202e gone\n"))
    \x1b[2J\u202e gone\n
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in keep else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


def one_line(text: str) -> str:
    r"""The same for a cell of a listing: line ends and tabs are spaces.

    >>> one_line("RUN <<EOF\nset -e\n\x1b")
    'RUN <<EOF set -e \\x1b'
    """
    return text if text.isprintable() else printable(text.translate({9: " ", 10: " ", 13: " "}))


def age(elapsed: timedelta) -> str:
    """The length of time in docker's words.

    >>> [age(timedelta(seconds=s)) for s in (0.4, 1, 59, 60, 3599)]
    ['Less than a second', '1 second', '59 seconds', 'About a minute', '59 minutes']
    >>> [age(timedelta(hours=h)) for h in (1, 12, 72, 24 * 20, 24 * 800)]
    ['About an hour', '12 hours', '3 days', '2 weeks', '2 years']
    """
    seconds = int(elapsed.total_seconds())
    minutes = seconds // 60
    hours = int(elapsed.total_seconds() / 3600 + 0.5)
    steps: list[tuple[bool, str]] = [
        (seconds < 1, "Less than a second"),
        (seconds == 1, "1 second"),
        (seconds < 60, f"{seconds} seconds"),
        (minutes == 1, "About a minute"),
        (minutes < 60, f"{minutes} minutes"),
        (hours == 1, "About an hour"),
        (hours < 48, f"{hours} hours"),
        (hours < 24 * 7 * 2, f"{hours // 24} days"),
        (hours < 24 * 30 * 2, f"{hours // 24 // 7} weeks"),
        (hours < 24 * 365 * 2, f"{hours // 24 // 30} months"),
        (True, f"{seconds // 3600 // 24 // 365} years"),
    ]
    return next(words for holds, words in steps if holds)


def ago(then: datetime | None, now: datetime) -> str:
    """When something was made, as the CREATED column says it; "N/A" where the image does not say.

    docker counts from the whole second before it, since its lists hold whole seconds.
    """
    return "N/A" if then is None else f"{age(now - then.replace(microsecond=0))} ago"


def quoted_command(words: Sequence[str], *, whole: bool = False) -> str:
    """The COMMAND column: a program and its arguments, cut at 20 columns unless `whole`.

    >>> print(quoted_command(["nginx", "-g", "daemon off;"], whole=True))
    "nginx -g 'daemon off;'"
    """
    text = " ".join(f"'{word}'" if " " in word and index else word for index, word in enumerate(words))
    return json.dumps(text if whole else cut(text, 20), ensure_ascii=False)


def short_id(digest: str) -> str:
    """The twelve digits docker shows of an id.

    >>> short_id("sha256:f5fb4dbc915ad4feb99f22e91cdb66c89896455f4d1e1e689cc872c063a89f20")
    'f5fb4dbc915a'
    """
    return digest.rpartition(":")[2][:12]


def moment(value: datetime) -> str:
    """A time as the CreatedAt key of `images` and `ps` has it.

    >>> moment(datetime(2026, 11, 23, 17, 54, 46, tzinfo=UTC))
    '2026-11-23 17:54:46 +0000 UTC'
    """
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +0000 UTC")


def rfc3339(value: datetime | None, *, exact: bool = False) -> str:
    """A time as `history` has it, or `exact` to the microsecond as `inspect` has it; Go's zero time for None.

    >>> rfc3339(datetime(2026, 11, 23, 17, 54, 46, 250_000, tzinfo=UTC)), rfc3339(None)
    ('2026-11-23T17:54:46Z', '0001-01-01T00:00:00Z')
    """
    if value is None:
        return "0001-01-01T00:00:00Z"
    fraction = f".{value.microsecond:06d}".rstrip("0") if exact and value.microsecond else ""
    return f"{value.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S')}{fraction}Z"


def go_json(value: object) -> str:
    """JSON as Go writes it: compact, keys as given, with <, > and & escaped, and what would reach a terminal as well.

    >>> go_json({"Digest": "<none>"})
    '{"Digest":"\\\\u003cnone\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return json_printable(text)


def json_printable(text: str) -> str:
    """JSON with the control characters that it may hold, such as DEL and C1's, in its own escapes; line ends stay."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] if c > "\x7f" else "\\u007f" for c in text
    )
