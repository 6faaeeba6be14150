"""The parts of a widget share one module: a name that two of them declare is an error that shows a blank widget."""

import re
from collections import Counter

import pytest

from coursekit.widgets.bench import Bench
from coursekit.widgets.player import Player
from coursekit.widgets.sheet import Sheet

DECLARED = re.compile(r"^(?:export )?(?:default )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


@pytest.mark.parametrize("widget", [Sheet, Player, Bench])
def test_no_name_is_declared_twice(widget: type) -> None:
    names = Counter(DECLARED.findall(str(widget._esm)))  # type: ignore[attr-defined]
    assert len(names) > 20 and {name: count for name, count in names.items() if count > 1} == {}
