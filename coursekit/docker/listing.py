"""A listing, in every form docker gives it: columns, ids alone, a template, JSON.

    --format table | 'table {{.ID}}\\t{{.Size}}' | json | '{{.ID}}'      -q      --json

A row is a dict with docker's JSON keys; the table's columns are a template over it, and its heading the same template
over the headings. Pure. Source: docker/cli formatter/formatter.go, Go text/tabwriter.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from coursekit.docker.formatters import go_json, one_line
from coursekit.docker.go_template import TemplateError, parse

Row = Mapping[str, Any]
_NARROWEST, _GAP = 10, 3  # what docker gives to tabwriter.NewWriter


@dataclass(frozen=True, slots=True)
class Listing:
    """What a verb lists: `columns` are keys of a row in the order of the table; `headings` has every key."""

    headings: Row
    columns: tuple[str, ...]
    rows: Sequence[Row]
    quiet: str = "ID"  # the key that -q prints

    def lines(self, form: str = "", *, quiet: bool = False) -> Iterator[str]:
        """The lines to print; `form` is the value of --format, "" for the default.

        Raises: TemplateError.
        """
        form = form.replace("\\t", "\t").replace("\\n", "\n")
        if quiet and form in ("", "table"):
            yield from (str(row[self.quiet]) for row in self.rows)
        elif form == "json":
            yield from (go_json({key: row[key] for key in sorted(row) if not callable(row[key])}) for row in self.rows)
        elif form in ("", "table") or form.startswith("table "):
            columns = "\t".join(f"{{{{.{key}}}}}" for key in self.columns)
            yield from self._table(form.removeprefix("table").strip(" ") or columns)
        else:
            write = parse(form)
            for row in self.rows:
                yield from self._fill(write, row).split("\n")

    def _table(self, template: str) -> Iterator[str]:
        write = parse(template)
        yield from align([self._fill(write, self.headings), *(self._fill(write, row) for row in self.rows)])

    def _fill(self, write: Any, row: Row) -> str:
        cells = {key: one_line(cell) if isinstance(cell, str) else cell for key, cell in row.items()}
        try:
            return str(write(cells))
        except TemplateError as error:
            known = ", ".join(f".{key}" for key in sorted(self.headings))
            raise TemplateError(f"{error}; this listing has {known}") from error


def align(lines: Sequence[str], width: Callable[[str], int] = len) -> Iterator[str]:
    """Lines with tabs between their cells, the columns aligned as docker's are; the last cell is not padded.

    docker counts characters, `columns.columns` what a terminal takes for them.

    >>> list(align(["PORTS\\tNAMES", "\\tweb"]))
    ['PORTS     NAMES', '          web']
    """
    table = [line.split("\t") for line in lines]
    widths = [max(width(cell) + _GAP for cell in column) for column in zip_longest(*table, fillvalue="")]
    for cells in table:
        pads = (max(_NARROWEST, wide) - width(cell) for cell, wide in zip(cells[:-1], widths, strict=False))
        yield "".join(cell + " " * pad for cell, pad in zip(cells[:-1], pads, strict=True)) + cells[-1]
