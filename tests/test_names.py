"""What `import coursekit` gives, and what it does not pull in."""

import json
import subprocess
import sys

import coursekit
from tests.tools import PATIENCE

HEAVY = ("matplotlib", "nbgrader", "numpy", "httpx", "requests", "oras", "ipywidgets", "IPython", "socket")


def test_all_is_what_is_visible() -> None:
    visible = {name for name in dir(coursekit) if not name.startswith("__")}
    assert sorted(visible) == coursekit.__all__


def test_every_name_can_be_had() -> None:
    for name in coursekit.__all__:
        assert getattr(coursekit, name) is not None, name


def test_an_unknown_name_says_what_there_is() -> None:
    try:
        _ = coursekit.overlay
    except AttributeError as error:
        assert "Overlay" in str(error)
    else:
        raise AssertionError("coursekit.overlay should not exist")


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has after `code`."""
    script = f"import json, sys\nold = set(sys.modules)\n{code}\nprint(json.dumps(sorted(set(sys.modules) - old)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_import_is_light() -> None:
    assert loaded_by("import coursekit").isdisjoint(HEAVY)


def test_the_engine_is_light() -> None:
    assert loaded_by("import coursekit as ck; ck.Overlay; ck.Layer").isdisjoint(HEAVY)


def test_opening_an_image_needs_no_network() -> None:
    assert loaded_by("import coursekit as ck; ck.Image").isdisjoint(set(HEAVY) - {"socket"})


def test_build_is_what_a_notebook_calls_and_scenes_are_a_module() -> None:
    assert callable(coursekit.build)
    assert coursekit.scenes.boot().frames
