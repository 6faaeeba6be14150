"""Fixtures for every test, and the one rule about what a machine lacks (see tests/tools.py)."""

import os
import signal
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.tools import PATIENCE, why_not

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in a script's background; what tests start would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

if TYPE_CHECKING:
    from tests.real.daemon import Docker

IN_CI = os.environ.get("COURSEKIT_CI") == "1"
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # how fast a machine draws its examples says nothing about the project


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers():
        reason = why_not(mark)
        if reason and IN_CI:
            pytest.fail(f"COURSEKIT_CI=1 and {reason}", pytrace=False)
        if reason:
            pytest.skip(reason)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """In CI a test that asks a real judge is never skipped, whatever it says; an expected failure is no skip."""
    outcome = yield
    report = outcome.get_result()
    judged = any(item.get_closest_marker(name) for name in ("kernel", "tool", "browser", "classroom"))
    if IN_CI and judged and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"COURSEKIT_CI=1 lets no such test be skipped: {report.longrepr}"


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says at the end of the run what a test measured; tests run in several processes, whose output is kept apart."""
    return lambda figure: request.node.user_properties.append(("figure", figure))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    every = (each for found in terminalreporter.stats.values() for each in found)
    reports = [each for each in every if getattr(each, "when", "") == "call"]
    told = [(each.nodeid, text) for each in reports for name, text in each.user_properties if name == "figure"]
    if told:
        terminalreporter.section("measured by tests")
    for _, text in sorted(told):
        terminalreporter.write_line(text)


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the store of who runs it."""
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path_factory.mktemp("home", numbered=True)))


@pytest.fixture
def tiny_exercises(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The catalogue holds the exercises of tests/exercises/tiny.py too, as it does a teacher's own."""
    from coursekit.exercises import catalogue

    monkeypatch.setenv("COURSEKIT_EXERCISES", "tests.exercises.tiny")
    catalogue.forget()
    yield
    catalogue.forget()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; one a process, since Playwright starts only once in it."""
    from tests.browser.conftest import CHROMIUM, FLAGS

    if CHROMIUM is None:
        why = "no Chromium on this machine"
        (pytest.fail if os.environ.get("COURSEKIT_CI") == "1" else pytest.skip)(why)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def real_image() -> Path:
    """The OCI layout of a real Debian image with nginx (tests/real/debian.py has its tags), built once and cached."""
    from tests.real import debian

    reason = debian.why_not()
    if reason is None:
        try:
            return debian.layout()
        except debian.NotInArchive as failed:
            reason = str(failed)
    if IN_CI:
        pytest.fail(f"COURSEKIT_CI=1 and {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Docker"]:
    """A docker command on a daemon of this run's own; a test that uses it is marked needs("dockerd", "docker")."""
    from tests.real.daemon import dockerd

    with TemporaryDirectory(prefix="ck-docker-") as place, dockerd(Path(place)) as found:
        yield found
