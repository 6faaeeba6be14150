"""What the prose says can be computed: each figure with a unit, each count, each digest it quotes."""

import json
import re
from collections.abc import Callable

import pytest

from coursekit.anatomy.facts import nginx_package, published, raw, read
from coursekit.exercises import catalogue
from coursekit.exercises.plain import dumps
from coursekit.lessons.figures_key import figures_in
from coursekit.lessons.l01_bootfs_rootfs.left_out.case import KERNELS
from coursekit.lessons.l06_nginx_133mb import LESSON as L06
from tests.notebooks.sources import NOTEBOOKS, Notebook, text

EXPLAIN = catalogue.exercise("explain-133")
each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.lesson)
PROSE = {notebook.lesson: notebook.prose for notebook in NOTEBOOKS}

# Figures of a lesson that are not of the nginx images: what is computed from what.
OWN: dict[str, dict[str, int]] = {
    "01-bootfs-rootfs": {"310,614 KiB": KERNELS["linux-image-5.10.0-32-amd64"] * 1024},
    "04-copy-on-write": {"16,000,000 bytes": 16_000_000, "16 MB": 16_000_000, "0 bytes": 0},
    L06: {"0 bytes": 0, "3116 kB": 3_116_000, "3132 kB": 3_132_000},
}


@each
def test_every_figure_with_a_unit_is_known(notebook: Notebook) -> None:
    own = OWN.get(notebook.lesson, {})
    for cell in notebook.of("markdown"):
        bare = re.sub(r"```.*?```|`[^`]*`|\(data:[^)]*\)", "", text(cell), flags=re.DOTALL)
        for figure in figures_in(bare):
            if figure not in own:
                assert EXPLAIN.judge is not None
                (outcome,) = EXPLAIN.judge({}, figure)
                assert outcome.ok, f"{cell['id']}: {figure}: {outcome.want}"


def history() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(raw("nginx_1.21.3_buster_config.raw.json"))["history"]
    return rows


def empty_rows() -> int:
    return sum(bool(row.get("empty_layer")) for row in history())


WORDS = {
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    9: "nine",
    12: "twelve",
    15: "fifteen",
    18: "eighteen",
}
CLAIMS: list[tuple[str, str, Callable[[], str]]] = [
    (L06, "{} rows, and six layers", lambda: WORDS[len(history())].capitalize()),
    (L06, "Fifteen rows, and {} layers", lambda: WORDS[len(published("nginx:1.21.3").layers)]),
    (L06, "{} of the rows added nothing", lambda: WORDS[empty_rows()]),
    (L06, "the other {} are scripts", lambda: WORDS[len(published("nginx:1.21.3").layers) - 2]),
    (L06, "Compression leaves about {} % of it", lambda: f"{_left():.0%}"[:-1]),
    (L06, "about {} MB when installed", lambda: f"{nginx_package().value / 1e6:.1f}"),
    (L06, "{} weeks apart", lambda: WORDS[_weeks_apart()]),
    (L06, "Those {} digits are the image ID", lambda: str(len(published("nginx:1.21.3").image_id.split(":")[1]))),
    (L06, "commit {} moved them", lambda: read("image_timeline.json")["debian_switch"][0]["commit"].split()[1][:8]),
    (L06, "of {}, amd64, the best documented", lambda: _month("nginx_1.21.3_buster_133MB.json")),
    (L06, "apt prints {} for the version before", lambda: _installed("1.20.1")),
    (L06, "and {} for one after", lambda: _installed("1.22.1")),
    ("04-copy-on-write", "though {} bytes were written", lambda: WORDS[len("# mine\n")]),
]


@pytest.mark.parametrize(("lesson", "claim", "computed"), CLAIMS, ids=[claim for _, claim, _ in CLAIMS])
def test_counts_in_words_are_computed(lesson: str, claim: str, computed: Callable[[], str]) -> None:
    assert claim.format(computed()) in PROSE[lesson]


def _left() -> float:
    image = published("nginx:1.21.3")
    return image.compressed.value / image.files.value


def _weeks_apart() -> int:
    from datetime import datetime

    made = [read(name)["created"][:10] for name in ("nginx_1.21.3_buster_133MB.json", "nginx_1.21.4_bullseye.json")]
    first, second = (datetime.fromisoformat(day) for day in made)
    return round((second - first).days / 7)


def _month(name: str) -> str:
    from datetime import datetime

    return datetime.fromisoformat(read(name)["created"][:10]).strftime("%B %Y")


def _installed(version: str) -> str:
    rows = read("packages_bullseye.json")["nginx_deb"]
    return str(next(row["installed_display"] for row in rows if row["version"].startswith(version)))


def test_a_kernel_is_more_than_twice_an_nginx_with_its_debian() -> None:
    from coursekit.image.open import Image

    assert KERNELS["linux-image-5.10.0-32-amd64"] * 1024 > 2 * Image.open("debian-nginx:bullseye").size
    assert KERNELS["linux-image-5.10.0-32-amd64"] * 1024 > 2 * published("nginx:1.21.3").files.value


def test_the_half_that_is_debian_and_the_hundredth_that_is_nginx() -> None:
    image = published("nginx:1.21.3")
    assert 0.45 < image.layers[0].files.value / image.files.value < 0.55
    assert 0.02 < nginx_package().value / image.files.value < 0.03


@each
def test_nothing_of_a_variant_stands_in_the_prose(notebook: Notebook) -> None:
    """What a seed draws appears in code output alone."""
    from coursekit.exercises import catalogue
    from coursekit.exercises.seeds import case_for

    for exercise in catalogue.of_lesson(notebook.lesson):
        for value in _numbers(case_for(exercise, "")):
            assert f"{value:,}" not in notebook.prose and str(value) not in notebook.prose


def _numbers(case: object) -> list[int]:
    """Numbers of seven digits and more that are no published figure."""
    known = {layer.files.value for name in ("nginx:1.21.3", "nginx:1.21.4") for layer in published(name).layers}
    known |= {layer.compressed.value for name in ("nginx:1.21.3", "nginx:1.21.4") for layer in published(name).layers}
    found = {int(number) for number in re.findall(r"\d{7,}", dumps(case))}
    return sorted(found - known)
