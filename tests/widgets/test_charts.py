"""Charts: the data is right, each bar says how it is known, words stand beside the picture. Pixels are not compared."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from coursekit.anatomy.facts import packages, published, read
from coursekit.container.drivers import DRIVERS
from coursekit.image.image_layer import Provenance
from coursekit.image.open import Image
from coursekit.widgets.chart import Bar, Chart
from coursekit.widgets.charts import (
    chart_causes,
    chart_compare,
    chart_first_byte,
    chart_layers,
    chart_ledger,
    chart_owners,
    chart_sharing,
    chart_waste,
)
from tests.tools import PATIENCE


@pytest.fixture(scope="module")
def image() -> Image:
    return Image.open("debian-nginx:bullseye")


def sums(chart: Chart) -> dict[str, int]:
    found: dict[str, int] = {}
    for bar in chart.bars:
        found[bar.series] = found.get(bar.series, 0) + bar.size
    return found


def test_layers_show_both_sizes_of_every_layer() -> None:
    assert sums(chart_layers("nginx:1.21.3")) == {"compressed": 53_781_605, "unpacked": 133_277_153}
    assert {bar.status for bar in chart_layers("nginx:1.21.3").bars} == {Provenance.PUBLISHED}


def test_layers_known_to_three_digits_are_marked_inferred() -> None:
    bars = chart_layers("nginx:1.21.4").bars
    assert {bar.status for bar in bars if bar.label == "layer 0" and bar.series == "unpacked"} == {Provenance.INFERRED}


def test_the_ledger_shows_every_byte() -> None:
    assert sums(chart_ledger()) == {"unpacked": published("nginx:1.21.3").files.value}


def test_causes_show_every_package_of_the_layer() -> None:
    total = read("packages_bullseye.json")["totals"]["file_bytes_after_slim_excludes"]
    assert sums(chart_causes()) == {"files": total}
    inexact = {package.cause for package in packages() if package.files.status is Provenance.INFERRED}
    marked = {bar.label.removeprefix("for ") for bar in chart_causes().bars if bar.status is Provenance.INFERRED}
    assert marked == inexact


def test_owners_show_all_that_is_seen_and_waste_all_that_is_not(image: Image) -> None:
    owned = sums(chart_owners(image))["files"]
    hidden = sum(sums(chart_waste(image, top=10**6)).values())
    assert owned + hidden == image.size
    assert {bar.status for bar in chart_owners(image).bars} == {Provenance.MEASURED}


def test_owners_are_ranked_and_the_rest_comes_last(image: Image) -> None:
    bars = chart_owners(image, top=5).bars
    assert [bar.size for bar in bars[:5]] == sorted((bar.size for bar in bars[:5]), reverse=True)
    assert bars[0].label == "libicu67" and bars[-1].label.endswith("others")


def test_alpine_stands_beside_debian() -> None:
    bars = chart_compare().bars
    assert [bar.size for bar in bars[:2]] == [53_781_605, 9_963_958]
    assert bars[-1].status is Provenance.INFERRED


def test_the_layers_of_an_image_at_hand_are_measured_and_all_there(image: Image) -> None:
    for most in (3, 8):
        chart = chart_layers(image, most)
        assert sums(chart) == {"compressed": image.size_compressed, "unpacked": image.size}
        assert {bar.status for bar in chart.bars} == {Provenance.MEASURED}


def test_sharing_adds_up_and_stores_once() -> None:
    app, other = Image.open("teach/app:1"), Image.open("teach/other:1")
    bars = {(bar.label, bar.series): bar.size for bar in chart_sharing(app, other).bars}
    base = app.layers[0].size_files
    assert bars["teach/app:1", "shared"] == bars["teach/other:1", "shared"] == base
    assert bars["teach/app:1", "its own"] == app.size - base
    assert bars["all images", "added up"] == app.size + other.size
    assert bars["all images", "stored, each layer once"] == app.size + other.size - base


def test_sharing_of_one_image_is_refused() -> None:
    with pytest.raises(ValueError, match="two or more, and not 1"):
        chart_sharing(Image.open("teach/app:1"))


def test_the_first_byte_costs_what_the_driver_s_model_says() -> None:
    bars = {bar.label: bar for bar in chart_first_byte(64_000_000).bars}
    assert {name: bar.size for name, bar in bars.items()} == {
        name: driver.first_byte(64_000_000) for name, driver in DRIVERS.items()
    }
    assert bars["overlay2"].status is Provenance.MEASURED and bars["btrfs"].status is Provenance.PUBLISHED


def test_the_axis_has_a_unit_that_fits() -> None:
    (axes,) = chart_sharing(Image.open("teach/app:1"), Image.open("teach/other:1")).figure().axes
    assert axes.get_xlabel() == "kB (1 kB = 1,000 bytes)"


CHARTS = [chart_layers(), chart_ledger(), chart_causes(), chart_compare(), chart_first_byte()]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_words_say_all_that_the_picture_shows(chart: Chart) -> None:
    for bar in chart.bars:
        assert bar.label in chart.alt and bar.status.value in chart.alt
        assert bar.label in repr(chart)
    page = chart._repr_html_()
    assert 'role="img" aria-label="' in page and "<table>" in page and "<svg" in page
    assert all(f"{bar.size:,}" in page for bar in chart.bars)
    assert "src=" not in page and "url(http" not in page


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_each_bar_is_drawn_as_long_as_its_bytes_and_hatched_if_inferred(chart: Chart) -> None:
    (axes,) = chart.figure().axes
    drawn = [(round(patch.get_width() * 1e6), bool(patch.get_hatch())) for patch in axes.patches]
    assert drawn == [(bar.size, bar.status is Provenance.INFERRED) for bar in chart.bars]
    low, high = axes.get_xlim()
    assert low == 0 and max(bar.size for bar in chart.bars) / 1e6 < high


def test_the_same_chart_is_the_same_picture_with_ids_of_its_own() -> None:
    one, other = chart_ledger()._repr_html_(), chart_ledger()._repr_html_()
    assert re.sub(r"ck-chart-\d+-", "", one) == re.sub(r"ck-chart-\d+-", "", other)
    ids = re.findall(r' id="([^"]+)"', one + other)
    assert len(ids) == len(set(ids)) > 0
    assert set(re.findall(r'(?:url\(|href=")#([^)"]+)', one + other)) <= set(ids)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_colours_are_the_theme_s_and_rules_stay_inside(chart: Chart) -> None:
    picture = chart._picture()
    drawn = picture.partition("</style>")[2]
    themed = re.findall(r"var\(--ck-[0-9a-f]{6},(#[0-9a-f]{6})\)", drawn)
    assert sorted(themed) == sorted(re.findall(r"#[0-9a-f]{6}\b", drawn))
    assert "--ck-24313f:#24313f" in picture and "--ck-24313f:#e4eaf1" in picture and "--ck-24313f:#ffffff" in picture
    assert ".ck-chart *{" in picture and ">*{" not in picture
    assert not re.findall(r' id="(?:figure|axes|patch|text)_', picture)
    ElementTree.fromstring(picture)


def test_importing_charts_leaves_matplotlib_out() -> None:
    code = "import coursekit.widgets.charts, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=PATIENCE).returncode == 0


def test_without_matplotlib_the_words_and_the_table_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = chart_ledger()._repr_html_()
    assert 'role="img"' in page and "base, unpacked: 69.3MB (published)" in page and "69,250,672" in page


def test_without_matplotlib_the_bars_are_ours_and_as_long_as_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    bars = [Bar("a", "files", 200, Provenance.MEASURED), Bar("b", "files", 50, Provenance.INFERRED)]
    drawn = ElementTree.fromstring(re.search("<svg.*</svg>", Chart("two", tuple(bars))._repr_html_())[0])
    long, short = (float(each.get("width").rstrip("%")) for each in drawn.iter("rect"))
    assert long == 4 * short
    assert [each.get("fill", "").startswith("url(#") for each in drawn.iter("rect")] == [False, True]
    assert "50B  ≈ inferred" in [each.text for each in drawn.iter("text")]
