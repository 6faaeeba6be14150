"""How wide words are, and how they are cut or broken to fit: by the widths of letters, without a font.

    nginx-module-njs_1.21.3-1~bullseye.deb      too wide for its tile
    nginx-module-                               broken after a sign, where both halves fit
    njs_1.21.3-1~bullseye.deb

Widths are those of common sans-serif fonts, a little on the wide side. widgets/js/lettering.js does the same, letter by
letter, so that a page without a browser and the player break a name at the same place.

Pure. Neighbour: shapes, which alone cuts texts: a box carries them whole.
"""

NARROW, WIDE = "ijlft.,:;'|!()[]/ -", "mwMWOQGD@%—…→"
_BREAKS = "-_/ .,:"


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in SVG units at a font size.

    >>> round(width("hosts", 13)), round(width("www", 13)), round(width("iii", 13))
    (37, 36, 15)
    """
    return sum(map(_ems, text)) * size * (1.12 if bold else 1)


def _ems(letter: str) -> float:
    if letter in NARROW:
        return 0.38
    if letter in WIDE:
        return 0.93
    if letter > "\u2e7f":  # Chinese and its neighbours
        return 1.02
    return 0.72 if letter.isupper() else 0.61


def cut(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, or its beginning before an ellipsis, in `room` units.

    >>> cut("/usr/share/nginx/html", 100, 13)
    '/usr/share/n…'
    """
    if width(text, size, bold) <= room:
        return text
    end = len(text) - 1
    while end > 1 and width(text[:end] + "…", size, bold) > room:
        end -= 1
    return text[:end] + "…"


def broken(text: str, room: float, size: float, bold: bool = False, most: int = 2) -> tuple[str, ...]:
    """The text in at most `most` lines; the last one is cut where even that is too little.

    >>> broken("docker-entrypoint.sh", 110, 13)
    ('docker-', 'entrypoint.sh')
    """
    if most == 1 or width(text, size, bold) <= room:
        return (cut(text, room, size, bold),)
    end = next((n for n in range(len(text) - 1, 1, -1) if width(text[:n], size, bold) <= room), 1)
    breaks = [n for n in range(2, end + 1) if text[n - 1] in _BREAKS or text[n : n + 1] == " "]
    fitting = [n for n in breaks if width(text[n:], size, bold) <= room * (most - 1)]
    fitting = [n for n in fitting if text[:n].rstrip().endswith(" ·")] or fitting  # what a dot joins stays together
    at = fitting[-1] if fitting else breaks[-1] if breaks and breaks[-1] > end // 2 else end
    return (text[:at].rstrip(), *broken(text[at:].lstrip(), room, size, bold, most - 1))
