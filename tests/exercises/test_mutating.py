"""The changes that are made of a source: each kind is made, each is told apart, none says what the source says."""

import ast

import pytest

from coursekit.exercises.mutating import mutants

SOURCE = '''
def f(tree, path, limit):
    """What it does."""
    found = []
    for each in sorted(tree):
        if each == path or each.startswith(path + "/"):
            found.append(each)
        elif len(found) < limit:
            continue
    if not found:
        raise FileNotFoundError(2, "No such file", path)
    copy = dict(tree)
    return g(copy, found)
'''


@pytest.mark.parametrize(
    "line",
    [
        "if not (each == path or each.startswith(path + '/')):",  # a condition negated
        "elif len(found) <= limit:",  # a boundary moved
        "if each == path and each.startswith(path + '/'):",
        "if each.startswith(path + '/'):",  # half of a condition left out
        "if each == path or each.startswith(path):",  # letters taken for a path
        "return g(found, copy)",  # arguments swapped
        "copy = tree",  # a copy not made
        "for each in list(tree):",  # a sort left out
        "raise FileNotFoundError(20, 'No such file', path)",  # one errno for another
        "def f(tree, path, limit, found=[]):",  # a default that calls share
        "return None",
        "break",
        "for each in list(sorted(tree))[1:]:",
    ],
)
def test_a_kind_of_change_is_made(line: str) -> None:
    line = "return" if line == "return None" else line
    changed = [each.source for each in mutants(SOURCE) if line in map(str.strip, each.source.splitlines())]
    assert changed and line not in map(str.strip, ast.unparse(ast.parse(SOURCE)).splitlines())


def test_a_statement_is_left_out_and_a_loop_ends_early() -> None:
    told = {each.change for each in mutants(SOURCE)}
    assert {"f: `found.append(each)` left out", "f: `for each in sorted(tree):` ends after one round"} <= told


def test_what_was_found_is_lost_where_a_search_ends() -> None:
    source = "def f(tree):\n    found = []\n    for each in tree:\n        found.append(each)\n        break\n    return found\n"
    assert "f: `found = []` before `break`" in {each.change for each in mutants(source)}


def test_changes_are_programs_that_differ_and_are_told_apart() -> None:
    found = mutants(SOURCE)
    assert len(found) > 40
    assert len({each.source for each in found} | {ast.unparse(ast.parse(SOURCE))}) == len(found) + 1
    assert len({each.change for each in found}) == len(found)
    for each in found:
        compile(each.source, "<mutant>", "exec")


def test_a_change_keeps_its_description_when_lines_above_it_move() -> None:
    moved = SOURCE.replace('    """What it does."""\n', "    limit = int(limit)\n")
    assert {each.change for each in mutants(SOURCE)} <= {each.change for each in mutants(moved)}
