"""The benchmark's own words: what it is asked for, how figures are written, where they go in the page."""

from pathlib import Path

import pytest

from tests.benchmarks.__main__ import GROUPS, PAGE, rows, wished
from tests.benchmarks.measure import Row, Unit, table, turns
from tests.benchmarks.page import BEGIN, END, replaced

SECTIONS = "<!-- images -->\nold images\n<!-- /images -->\n<!-- trees -->\nold trees\n<!-- /trees -->\n"
OLD = f"before\n{BEGIN}\n{SECTIONS}{END}\nafter\n"


class TestTheCommandLine:
    def test_an_unknown_group_is_refused_with_those_there_are(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            wished(["imgaes", "--page"])
        said = capsys.readouterr().err
        assert ended.value.code == 2 and "imgaes" in said and all(group in said for group in GROUPS)

    def test_named_groups_come_in_the_order_of_the_table(self) -> None:
        assert wished(["trees", "images"]).groups == ("images", "trees")
        assert wished([]).groups == tuple(GROUPS) and "grading" in GROUPS

    def test_grading_has_a_size(self) -> None:
        assert wished(["grading", "--submissions", "7"]).submissions == 7
        with pytest.raises(SystemExit):
            wished(["--submissions", "0"])

    @pytest.mark.parametrize("group", GROUPS)
    def test_every_group_says_its_title_and_conditions(self, group: str) -> None:
        assert GROUPS[group].TITLE and GROUPS[group].CONDITIONS.endswith(".")
        assert iter(rows(group, wished([])))  # nothing is built before a row is asked for


class TestPage:
    def test_one_group_replaces_its_own_rows(self) -> None:
        new = replaced(OLD, {"trees": "new trees\n"}, tuple(GROUPS))
        assert new == OLD.replace("old trees", "new trees")

    def test_a_new_group_finds_its_place(self) -> None:
        new = replaced(OLD, {"writes": "new\n"}, tuple(GROUPS))
        assert new.index("old trees") < new.index("new") < new.index(END) and new.endswith("after\n")

    @pytest.mark.parametrize(("text", "measured"), [(OLD, {}), (OLD, {"trees": "\n"}), ("no marks", {"trees": "x\n"})])
    def test_nothing_measured_leaves_it_alone(self, text: str, measured: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="the page"):
            replaced(text, measured, tuple(GROUPS))

    def test_a_table_of_before_stays_until_all_is_measured(self) -> None:
        before = f"{BEGIN}\n| a | table |\n{END}\n"
        assert "| a | table |" in replaced(before, {"trees": "x\n"}, tuple(GROUPS))
        assert "| a | table |" not in replaced(before, dict.fromkeys(GROUPS, "x\n"), tuple(GROUPS))

    def test_the_real_one_has_a_place(self) -> None:
        assert BEGIN in Path(PAGE).read_text() and END in Path(PAGE).read_text()


class TestRows:
    def test_each_unit_is_written_as_itself(self) -> None:
        def ours(unit: Unit, value: float) -> str:
            return Row("x", {"coursekit": value}, unit=unit).cell("coursekit")

        assert ours(Unit.SECONDS, 0.0277) == "27.7 ms"
        assert ours(Unit.BYTES, 41_000_000) == "41 MB"
        assert ours(Unit.BYTES_AN_ENTRY, 92.1) == "92.1 B"
        assert ours(Unit.PER_SECOND, 12_345) == "12,300/s"

    def test_a_ratio_above_one_is_always_ours(self) -> None:
        slower = Row("x", {"coursekit": 2.0, "peer": 5.0}, aims={"peer": 3})
        assert slower.cell("peer") == "5 s, 2.5x (aim: 3x, **missed**)"
        assert Row("x", {"coursekit": 5000, "peer": 2000}, unit=Unit.PER_SECOND).cell("peer") == "2,000/s, 2.5x"

    def test_the_most_that_it_may_take(self) -> None:
        assert Row("x", {"coursekit": 0.01}, aims={"coursekit": 0.02}).cell("coursekit") == "10 ms (aim: 20 ms)"
        assert Row("x", {"coursekit": 0.03}, aims={"coursekit": 0.02}).cell("coursekit").endswith("**missed**)")

    def test_a_table_has_a_column_for_each_peer(self) -> None:
        rows = [Row("a", {"coursekit": 1, "p": 2}), Row("b", {"coursekit": 1, "q": 2}, "why")]
        assert table("things", rows).splitlines() == [
            "| things | coursekit | p | q |  |",
            "| --- | --- | --- | --- | --- |",
            "| a | 1 s | 2 s, 2x |  |  |",
            "| b | 1 s |  | 2 s, 2x | why |",
        ]

    def test_the_best_turn_counts_and_a_side_may_take_its_own_time(self) -> None:
        told = iter([3.0, 1.0, 2.0])
        assert turns({"coursekit": lambda: next(told)}, 3) == {"coursekit": 1.0}
