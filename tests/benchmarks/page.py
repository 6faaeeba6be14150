"""The tables of README.md beside this file: a section a group, so that one group can be measured again and the others stay as they are.

<!-- benchmarks -->
<!-- images -->    title, table, conditions     <!-- /images -->
<!-- trees -->     …                            <!-- /trees -->
<!-- /benchmarks -->
"""

import re
from collections.abc import Mapping, Sequence

BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
_ALL = re.compile(f"{BEGIN}\n(.*?){END}", re.DOTALL)
_SECTION = re.compile(r"<!-- (\w+) -->\n(.*?)<!-- /\1 -->\n", re.DOTALL)


def replaced(text: str, measured: Mapping[str, str], order: Sequence[str]) -> str:
    """The page's `text` with the sections that were `measured`, by group, in place of their former ones.

    >>> old = "a\\n<!-- benchmarks -->\\n<!-- x -->\\n1\\n<!-- /x -->\\n<!-- /benchmarks -->\\nb"
    >>> print(replaced(old, {"y": "2\\n"}, ["x", "y"]))
    a
    <!-- benchmarks -->
    <!-- x -->
    1
    <!-- /x -->
    <!-- y -->
    2
    <!-- /y -->
    <!-- /benchmarks -->
    b

    Raises: ValueError where there is no place for it, or nothing to put there.
    """
    if not measured or any(not section.strip() for section in measured.values()):
        raise ValueError("nothing was measured: the page stays as it is")
    found = _ALL.search(text)
    if found is None:
        raise ValueError(f"the page has no place for the tables: it wants a line {BEGIN} and, below it, {END}")
    sections = dict(_SECTION.findall(found[1])) | measured
    known = [name for name in order if name in sections]
    body = "".join(f"<!-- {name} -->\n{sections[name]}<!-- /{name} -->\n" for name in known)
    beside = _SECTION.sub("", found[1]).strip()
    if beside and len(measured) < len(order):  # a table of before, of which a part would be lost
        body += f"{beside}\n"
    return f"{text[: found.start()]}{BEGIN}\n{body}{END}{text[found.end() :]}"
