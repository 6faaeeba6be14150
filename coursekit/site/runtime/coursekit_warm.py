"""Inside Pyodide: what is done once before its memory is frozen, and what each visitor's Python does when it wakes.

Lies beside the packages of the browser's Python, not in coursekit: it knows how this site starts, and nothing else does.
"""

import gc
import importlib
import os
import random
import sys
import types
from typing import Any

KEPT = "/home/pyodide/kept"


def _no_pyodide_js() -> None:
    """The kernel asks JavaScript to load packages that a cell imports; here all are there, and none is looked for."""

    async def load(*given: object, **more: object) -> list[object]:
        return []

    module: Any = types.ModuleType("pyodide_js")
    module.loadPackagesFromImports = load
    module.loadPackage = load
    sys.modules["pyodide_js"] = module


def _no_pip() -> None:
    """`%pip install` finds nothing here, and says so."""
    said = (
        "nothing can be installed on this page: it has all that the course needs. On a machine of your own: pip install"
    )

    async def install(*given: object, **more: object) -> None:
        raise RuntimeError(said)

    for name in ("piplite", "piplite.piplite", "micropip"):
        module: Any = types.ModuleType(name)
        module.install = install
        sys.modules[name] = module
    package: Any = sys.modules["piplite"]
    package.piplite = sys.modules["piplite.piplite"]


def _write(stream: Any, text: object) -> int:
    """As text streams do: bytes are no text. click tells by this which kind of stream it has."""
    if not isinstance(text, str):
        raise TypeError(f"write() argument must be str, not {type(text).__name__}")
    if stream.publish_stream_callback:
        stream.publish_stream_callback(stream.name, text)
    return len(text)


def with_nulls(value: Any) -> Any:
    """JSON as JavaScript reads it: left alone, None becomes undefined there, and `null === undefined` is false."""
    match value:
        case None:
            return importlib.import_module("pyodide.ffi").jsnull
        case dict():
            return {key: with_nulls(each) for key, each in value.items()}
        case list() | tuple():
            return [with_nulls(each) for each in value]
    return value


def _say_null() -> None:
    """What widgets say, and what cells show, has null for None."""
    from pyodide_kernel.comm import Comm
    from pyodide_kernel.display import LiteDisplayHook, LiteDisplayPublisher

    said, shown, given = Comm.publish_msg, LiteDisplayPublisher.publish, LiteDisplayHook.finish_displayhook

    def say(comm: Any, kind: str, data: Any = None, *rest: Any, **more: Any) -> None:
        said(comm, kind, data and with_nulls(data), *rest, **more)

    def show(publisher: Any, data: Any, *rest: Any, **more: Any) -> None:
        shown(publisher, with_nulls(data), *rest, **more)

    def give(hook: Any) -> None:
        hook.data = with_nulls(hook.data)
        given(hook)

    Comm.publish_msg, LiteDisplayPublisher.publish, LiteDisplayHook.finish_displayhook = say, show, give


def freeze() -> None:
    """Imports the kernel and all that lessons use, runs what the first cells run, and leaves no trace of it."""
    _no_pyodide_js()
    _no_pip()
    import pyodide_kernel
    from linux_errors import speak_linux
    from pyodide_kernel.display import LiteStream

    LiteStream.write = _write

    shell = pyodide_kernel.ipython_shell
    speak_linux(shell)
    _say_null()
    shell.send_comm = lambda *given, **more: None
    _warm()
    from pyodide_kernel.comm import get_comm_manager

    get_comm_manager().comms.clear()
    shell.reset()
    del shell.send_comm
    gc.collect()


def _warm() -> None:
    import ipywidgets

    import coursekit as ck
    from coursekit import language
    from coursekit.exercises import catalogue, session

    for name in ck.__all__:
        getattr(ck, name)
    for each in language.LANGUAGES:
        language.use(each)
        catalogue.exercises()
    language.use(None)
    web = ck.run("debian-nginx:bullseye", name="web")
    web.exec("echo x > /etc/motd; cat /etc/hosts")
    web.show()._repr_mimebundle_()
    ck.question("try-pick")
    repr(ck.check("try-pick", "base"))
    ipywidgets.Widget.close_all()
    session._session = None
    ck.progress()
    session._session = None


def awake(language: str) -> None:
    """Of this visit alone: chance, the environment, the lesson's language, and the files that came after the snapshot."""
    random.seed()
    os.environ["COURSEKIT_HOME"] = KEPT
    os.environ["COURSEKIT_LANG"] = language
    os.makedirs(KEPT, exist_ok=True)
    os.chdir(KEPT)
    importlib.invalidate_caches()
