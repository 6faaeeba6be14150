"""What pyproject.toml says is what the other pages say: addresses, versions, the set of packages that was tested."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from coursekit.site.lessons import released

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_addresses_are_those_of_the_project() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"https://mybinder\.org/v2/[^)\s]+", page)) == {PROJECT["urls"]["Binder"]}
    assert f"[Try it in the browser]({PROJECT['urls']['Course']})" in page


def test_the_map_of_the_course_has_all_lessons_with_their_questions() -> None:
    course = json.loads((ROOT / "binder" / "course.ipynb").read_text("utf-8"))
    listed = re.findall(r"- (\d\d) · \[(.*?)\]\((\S+?)/", "".join(course["cells"][0]["source"]))
    assert listed == [(lesson.number, lesson.question, lesson.name) for lesson in released("en")]


@pytest.mark.parametrize("group", ["", *PROJECT["optional-dependencies"]])
def test_the_tested_set_is_within_the_bounds(group: str) -> None:
    lines = (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
    pinned = [Requirement(line) for line in lines if not line.startswith("#")]
    versions = {canonicalize_name(each.name): next(iter(each.specifier)).version for each in pinned}
    for text in PROJECT["optional-dependencies"][group] if group else PROJECT["dependencies"]:
        wanted = Requirement(text)
        if wanted.name == "coursekit":
            continue
        assert wanted.specifier, f"{text} has a lower bound"
        assert versions[canonicalize_name(wanted.name)] in wanted.specifier, text
