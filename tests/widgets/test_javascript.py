"""The browser side without a browser: its pure parts run by node, its types checked by TypeScript's compiler."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from coursekit.widgets import joined
from tests.tools import PATIENCE

JS = Path(joined.__file__).parent / "js"
TESTS = Path(__file__).with_name("js")
TYPESCRIPT = "5.9.3"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "coursekit-tests" / "typescript"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_the_pure_parts_do_what_their_tests_say() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine to run the widgets' tests with")
    done = run(node, "--test", *map(str, sorted(TESTS.glob("*.test.js"))))
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"# pass {sum(path.read_text().count('test(') for path in TESTS.glob('*.test.js'))}" in done.stdout


def compiler() -> list[str]:
    """TypeScript's compiler from npm, kept outside the repository; the test is skipped where it cannot be had."""
    place = CACHE / TYPESCRIPT / "node_modules" / "typescript" / "bin" / "tsc"
    if not place.exists():
        if shutil.which("npm") is None:
            pytest.skip("no npm on this machine to fetch typescript with")
        done = run(
            "npm", "install", "--no-audit", "--no-fund", "--prefix", str(CACHE / TYPESCRIPT), f"typescript@{TYPESCRIPT}"
        )
        if done.returncode:
            pytest.skip(f"npm gives no typescript: {done.stderr[-300:]}")
    return ["node", str(place)]


@pytest.mark.slow
def test_the_types_fit() -> None:
    options = [
        "--noEmit",
        "--allowJs",
        "--checkJs",
        "--target",
        "es2023",
        "--module",
        "es2022",
        "--moduleResolution",
        "bundler",
    ]
    done = run(*compiler(), *options, "--lib", "es2023,dom,dom.iterable", *map(str, sorted(JS.rglob("*.js"))))
    assert done.returncode == 0, done.stdout[-4000:]
