"""A learner's function runs where coursekit is not, under limits, and comes back as plain results."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from coursekit.exercises.running import Crashed, Refused, Result, Returned, Served
from coursekit.grading.sandbox import bare_python as box
from coursekit.grading.sandbox import function_runner
from coursekit.grading.sandbox.function_runner import asleep, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="functions run in POSIX processes")


@pytest.fixture(params=["box", "bare"], autouse=True)
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test runs in bubblewrap, where that works, and in a bare process."""
    if request.param == "bare":
        monkeypatch.setattr(function_runner, "command", lambda program: [box.python(), "-I", "-S", "-B", "-c", program])
    elif not box.boxed():
        pytest.skip("bubblewrap is not installed, or may not make namespaces here")
    return str(request.param)


NOT_PLAIN = "is not plain data (plain: None, bool, int, float, str, bytes, list, dict)"
LINE_1 = "in line 1 of your answer"


def one(source: str, *args: object, seconds: float = 3) -> object:
    """The result of one call of f."""
    ran = run(source, "f", [list(args)], seconds=seconds)
    return ran.results[0] if ran.results else ran.stopped


@pytest.mark.parametrize(
    ("source", "args", "result"),
    [
        ("def f(x): return x + 1", (1,), Returned(2, (1,))),
        ("def f(x): return (x, b'y')", (b"x",), Returned([b"x", b"y"], (b"x",))),
        ("def f(x): x['a'] = 1", ({},), Returned(None, ({"a": 1},))),
        ("def f(x): return {1: x}", ("é",), Returned({1: "é"}, ("é",))),
        ("def f(): raise FileNotFoundError(2, 'no')", (), Refused(2, ())),
        ("import errno, os\ndef f(): raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))", (), Refused(18, ())),
        ("def f(): return 1 / 0", (), Crashed("ZeroDivisionError: division by zero, in line 1 of your answer")),
        ("def f(): return {1}", (), Crashed(f"a set {NOT_PLAIN}")),
        ("def g(): 1", (), Crashed("the answer cell defines no function `f`")),
        ("def f(:", (), Crashed("SyntaxError: invalid syntax (<your answer>, line 1)")),
        ("import sys\nsys.exit()", (), Crashed("SystemExit: , in line 2 of your answer")),
        ("def f(): return f()", (), Crashed(f"RecursionError: maximum recursion depth exceeded, {LINE_1}")),
        ("class E(Exception):\n    def __str__(self): raise self\ndef f(): raise E", (), Crashed("an exception")),
    ],
)
def test_calls_come_back_as_plain_results(source: str, args: tuple[object, ...], result: object) -> None:
    assert one(source, *args) == result


def test_each_call_gets_arguments_of_its_own() -> None:
    ran = run("def f(x):\n    x.append(1)\n    return len(x)", "f", [[[]], [[]]], seconds=3)
    assert [each.value for each in ran.results if isinstance(each, Returned)] == [1, 1]


@pytest.mark.parametrize(
    "module", ["coursekit", "coursekit.exercises.catalogue", "numpy", "nbgrader", "pytest", "plain"]
)
def test_nothing_but_the_standard_library_can_be_imported(module: str) -> None:
    result = one(f"def f():\n    import {module}")
    assert isinstance(result, Crashed) and "ModuleNotFoundError" in result.said


def test_no_module_and_no_object_of_the_engine_is_in_the_process() -> None:
    source = """
import gc, sys
def f():
    names = [name for name in sys.modules if "course" in name]
    return names + [str(each) for each in gc.get_objects() if "coursekit" in str(getattr(each, "__module__", ""))]
"""
    assert one(source) == Returned([], ())


def test_what_is_printed_goes_nowhere_and_the_results_stand() -> None:
    shout = "print('{}'); os.write(1, b'{}'); os.write(2, b'x' * 10**6)"
    source = f"import os\ndef f():\n    {shout}\n    return 1"
    assert one(source) == Returned(1, ())


def test_an_endless_loop_is_stopped_by_its_cpu_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function_runner, "PATIENCE", 600.0)  # on a busy machine a second of CPU is many of the clock
    assert one("def f():\n    while True: pass", seconds=1) == "it computed for more than 1 seconds"


def test_a_sleeper_is_stopped_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function_runner, "PATIENCE", 0.5)
    said = one("import time\ndef f(): time.sleep(60)", seconds=0.1)
    assert said == "it waited for 0.1 seconds and computed nothing"


def test_memory_is_bounded() -> None:
    assert one("def f(): return len(bytearray(10**10))") == Crashed("MemoryError: , in line 1 of your answer")


def test_a_result_without_end_is_cut() -> None:
    assert isinstance(one("def f(): return ['x' * 1000] * 10000"), Crashed)
    source = """
import os
def f():
    for fd in range(3, 20):
        try:
            while True:
                os.write(fd, b"x" * 65536)
        except OSError:
            pass
"""
    assert one(source, seconds=2) in ("it gave back more than 8 MiB", Crashed("a result that cannot be read"))


@pytest.mark.parametrize(
    "start", ["os.fork()", "os.system('true')", "subprocess.Popen(['true'])", "os.posix_spawn('/x', ['x'], {})"]
)
def test_no_other_process_can_be_started(start: str) -> None:
    result = one(f"import os, subprocess\ndef f(): {start}")
    assert isinstance(result, Crashed) and "no other process" in result.said


def test_a_process_that_leaves_ends_its_run_and_nothing_else() -> None:
    ran = run("import os\ndef f(x):\n    if x: os._exit(0)\n    return x", "f", [[0], [1], [0]], seconds=3)
    assert ran.results == (Returned(0, (0,)),) and "ended before" in ran.stopped


def test_no_file_of_size_can_be_written(tmp_path: Path) -> None:
    result = one(f"def f():\n    with open({str(tmp_path / 'x')!r}, 'w') as o: o.write('x' * 10**7)")
    assert isinstance(result, Refused)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2**20


def test_in_the_box_there_is_no_home_no_network_and_no_coursekit(place: str) -> None:
    if place == "bare":
        pytest.skip("a bare process sees the files of its user")
    hidden = [
        os.path.expanduser("~/.bashrc"),
        str(Path(box.__file__)),
        str(Path(__file__)),
        "/etc/passwd",
        "/var",
        "/home",
    ]
    assert one(f"import os\ndef f(): return [p for p in {hidden!r} if os.path.exists(p)]") == Returned([], ())
    assert isinstance(one("import socket\ndef f(): socket.create_connection(('127.0.0.1', 22), 1)"), Refused)
    assert one(
        "import os\ndef f(): return [os.getuid(), len(os.listdir('/proc/self/fd')) < 9, dict(os.environ).get('HOME')]"
    ) == (Returned([65534, True, None], ()))


def test_in_the_browser_a_fresh_namespace_refuses_the_import() -> None:
    request = {"source": "def f():\n    import coursekit", "name": "f", "inputs": [[]], "limits": {}}
    said, stopped = function_runner._here(request)
    (result,) = function_runner._ran(said, 1, stopped).results
    assert isinstance(result, Crashed) and "cannot be imported" in result.said
    fine = {
        "source": "import errno\ndef f(x): raise OSError(errno.ENOENT, x)",
        "name": "f",
        "inputs": [["a"]],
        "limits": {},
    }
    said, stopped = function_runner._here(fine)
    assert function_runner._ran(said, 1, stopped).results == (Refused(2, ("a",)),)


@pytest.mark.parametrize(
    "endless",
    [
        "while True: pass",
        pytest.param(
            "while True:\n        try:\n            x = 1\n        except BaseException:\n            pass",
            marks=pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="a trace ends with its first exception"),
        ),
        "sum(each for each in itertools.count())",
        "max(itertools.count(), key=lambda each: each)",
    ],
)
def test_in_the_browser_steps_are_counted_and_the_sentence_says_so(endless: str) -> None:
    source = f"import itertools\ndef f(x):\n    print('é')\n    if x: return x\n    {endless}"
    request = {"source": source, "name": "f", "inputs": [[1], [0], [2]], "limits": {}}
    said, stopped = function_runner._here(request, most=5_000)
    ran = function_runner._ran(said, 3, stopped)
    assert ran.results == (Returned(1, (1,)),)
    assert ran.stopped == "it took more than 5,000 steps (a browser counts steps, not seconds)"


def test_in_the_browser_prints_go_nowhere_and_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    request = {"source": "def f(x): print('abc')", "name": "f", "inputs": [[1], [2]], "limits": {}}
    said, stopped = function_runner._here(request)
    assert function_runner._ran(said, 2, stopped).printed == 8 and capsys.readouterr().out == ""


def test_the_box_is_refused_where_it_does_not_hide_coursekit(monkeypatch: pytest.MonkeyPatch) -> None:
    box.boxed.cache_clear()
    monkeypatch.setattr(box, "hidden", lambda: [])
    monkeypatch.setattr(box, "_SYSTEM", (*box._SYSTEM, str(Path(box.__file__).parents[1])))
    try:
        assert not box.boxed()
    finally:
        box.boxed.cache_clear()


def test_nothing_is_left_running() -> None:
    one("import time\ndef f(): time.sleep(0)", seconds=1)
    listed = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=False).stdout
    assert not [line for line in listed.splitlines() if line.split()[0] == str(os.getpid()) and "serve(parts" in line]


def twice(numbers: list[int], more: int) -> int:
    numbers.append(more)
    return sum(numbers)


TWICE = Served("twice", twice, ("numbers", "more"), changes=(0,))


def lent(source: str, inputs: list[list[Any]], before: list[str] | None = None) -> tuple[Result, ...]:
    return function_runner.run(source, "f", inputs, seconds=5, before=before or [], served=[TWICE]).results


def test_earlier_answers_come_first_and_one_that_fails_costs_only_itself() -> None:
    source = "def f(x): return twice(x) + one"
    before = ["def twice(x): return 2 * x", "one = 1\nraise ValueError", "def ("]
    assert function_runner.run(source, "f", [[4]], seconds=5, before=before).results == (Returned(9, (4,)),)


def test_a_served_function_takes_the_place_of_a_wrong_one_and_changes_its_arguments() -> None:
    wrong = "def twice(numbers, more): return None"
    source = "def f(x):\n    got = twice(x, more=3)\n    return [got, twice(x, 1), x]"
    assert lent(source, [[[1]]], [wrong]) == (Returned([4, 5, [1, 3, 1]], ([1, 3, 1],)),)


def test_a_served_functions_failure_is_raised_and_a_wrong_call_is_told() -> None:
    refusing = Served("look", os.stat, ("path",))
    source = "def f(x):\n    try:\n        look(x)\n    except FileNotFoundError as e:\n        return e.errno"
    assert function_runner.run(source, "f", [["/none"]], seconds=5, served=[refusing]).results == (
        Returned(2, ("/none",)),
    )
    (crashed,) = lent("def f(x): return twice(3)", [[1]])
    assert isinstance(crashed, Crashed) and "takes numbers, more" in crashed.said


def test_the_source_of_a_served_function_is_not_in_the_process() -> None:
    source = "def f(x): return [twice.__code__.co_name, 'append' in twice.__code__.co_names, twice.__closure__ is None]"
    assert lent(source, [[1]]) == (Returned(["function", False, False], (1,)),)
    inside = "def f(x):\n    import gc\n    return sum(getattr(o, '__name__', '') == 'TWICE' for o in gc.get_objects())"
    assert lent(inside, [[1]]) == (Returned(0, (1,)),)


DEAF = r"""
import os
def f(x):
    for number in range(3, 9):
        try:
            while True:
                os.write(number, b'{"ask": "twice", "args": [[1], 1]}\n')
        except OSError:
            pass
"""


def test_who_asks_without_end_or_does_not_listen_is_stopped() -> None:
    endless = "def f(x):\n    while True:\n        twice([], 1)"
    assert function_runner.run(endless, "f", [[1]], seconds=5, served=[TWICE]).stopped
    assert function_runner.run(DEAF, "f", [[1]], seconds=2, served=[TWICE]).stopped


def test_prints_are_let_go_of_and_counted() -> None:
    ran = run("def f(x):\n    for _ in range(100): print('x' * 999_999)\n    return x", "f", [[1], [2]], seconds=5)
    assert not ran.stopped and [result.value for result in ran.results] == [1, 2]  # type: ignore[union-attr]
    assert ran.printed == 200_000_000


def test_a_process_that_computes_is_not_asleep() -> None:
    """Whatever else the machine does: to wait for a turn is no sleep."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        while asleep(idle.pid) < 2:
            time.sleep(0.1)
        assert asleep(busy.pid) < 1
    finally:
        for process in (busy, idle):
            process.kill()
            process.wait()
