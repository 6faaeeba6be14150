"""Inside Pyodide: what is done once before its memory is frozen, and what each visitor's Python does when it wakes.

Lies beside the packages of the browser's Python, not in coursekit: it knows how this site starts, and nothing else does.
"""

import gc
import importlib
import os
import random
import sys
import types

KEPT = "/home/pyodide/kept"


def _no_pyodide_js():
    """The kernel asks JavaScript to load packages that a cell imports; here all are there, and none is looked for."""

    async def load(*given, **more):
        return []

    module = types.ModuleType("pyodide_js")
    module.loadPackagesFromImports = load
    module.loadPackage = load
    sys.modules["pyodide_js"] = module


def _no_pip():
    """`%pip install` finds nothing here, and says so."""
    said = "nothing can be installed on this page: it has all that the course needs. On a machine of your own: pip install"

    async def install(*given, **more):
        raise RuntimeError(said)

    for name in ("piplite", "piplite.piplite", "micropip"):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].install = install
    sys.modules["piplite"].piplite = sys.modules["piplite.piplite"]


def freeze():
    """Imports the kernel and all that lessons use, runs what the first cells run, and leaves no trace of it."""
    _no_pyodide_js()
    _no_pip()
    import pyodide_kernel

    shell = pyodide_kernel.ipython_shell
    shell.send_comm = lambda *given, **more: None
    _warm()
    from pyodide_kernel.comm import get_comm_manager

    get_comm_manager().comms.clear()
    shell.reset()
    del shell.send_comm
    gc.collect()


def _warm():
    import coursekit as ck
    import ipywidgets
    from coursekit.exercises import catalogue, session

    for name in ck.__all__:
        getattr(ck, name)
    catalogue.exercises()
    web = ck.run("debian-nginx:bullseye", name="web")
    web.exec("echo x > /etc/motd; cat /etc/hosts")
    web.show()._repr_mimebundle_()
    ck.question("try-pick")
    repr(ck.check("try-pick", "base"))
    ipywidgets.Widget.close_all()
    session._session = None
    ck.progress()
    session._session = None


def awake():
    """Of this visit alone: chance, the environment, and the files that came after the snapshot."""
    random.seed()
    os.environ["COURSEKIT_HOME"] = KEPT
    os.makedirs(KEPT, exist_ok=True)
    os.chdir(KEPT)
    importlib.invalidate_caches()
