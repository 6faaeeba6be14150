"""Names that are given and names that are found."""

import re

import pytest

from coursekit.container.ids import ADJECTIVES, SURNAMES, new_id, new_name, valid_name
from coursekit.errors import Conflict, CourseError


def test_names_are_two_words_and_can_be_the_notes() -> None:
    assert {"keen"} <= set(ADJECTIVES)
    assert {"feynman"} <= set(SURNAMES)
    assert len(set(ADJECTIVES)) == len(ADJECTIVES)
    assert len(set(SURNAMES)) == len(SURNAMES)
    assert re.fullmatch(r"[a-z]+_[a-z]+", new_name())


def test_a_taken_name_is_not_given_again() -> None:
    assert new_name({"agile_abel"}, choose=lambda below: 0) == "agile_abel0"
    assert new_name({"agile_abel", "agile_abel0"}, choose=lambda below: 0) == "agile_abel00"


def test_ids_are_64_hexadecimal_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", new_id())
    assert new_id() != new_id()


@pytest.mark.parametrize("name", ["", "a", "-a", "a b", "a/b", "ä1"])
def test_what_docker_would_not_take_is_refused(name: str) -> None:
    with pytest.raises(CourseError, match="Invalid container name"):
        valid_name(name)


def test_a_name_in_use_is_a_conflict() -> None:
    with pytest.raises(Conflict, match='The container name "/web" is already in use'):
        valid_name("web", {"web"})
