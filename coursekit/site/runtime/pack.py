"""Inside Pyodide, at the build: a folder of packages as one archive, compiled by the Python that will run it.

Dependencies travel compiled alone; coursekit keeps its sources beside, for who asks to see them and for tracebacks.
Each .pyc is taken as it is, without a look at the clock of a file.
"""

import json
import os
import py_compile

SOURCES_KEPT = ("coursekit/",)
MODE = py_compile.PycInvalidationMode.UNCHECKED_HASH


def packed(root: str) -> bytes:
    """A length of four bytes, a JSON list of [path, size], and the files one after another."""
    found: dict[str, bytes] = {}
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            whole = os.path.join(folder, name)
            found.update(_ready(os.path.relpath(whole, root), whole))
    head = json.dumps([[path, len(data)] for path, data in found.items()]).encode()
    return b"".join([len(head).to_bytes(4, "big"), head, *found.values()])


def _ready(path: str, whole: str) -> dict[str, bytes]:
    with open(whole, "rb") as file:
        data = file.read()
    if not path.endswith(".py"):
        return {path: data}
    kept = path.startswith(SOURCES_KEPT)
    folder, name = os.path.split(path)
    target = os.path.join(folder, "__pycache__", f"{name[:-3]}.cpython-314.pyc") if kept else f"{path[:-3]}.pyc"
    try:
        py_compile.compile(
            whole, "/tmp/one.pyc", f"/lib/python3.14/site-packages/{path}", True, invalidation_mode=MODE, quiet=1
        )
    except (py_compile.PyCompileError, SyntaxError):  # written for another Python: nobody imports it here
        return {}
    with open("/tmp/one.pyc", "rb") as file:
        compiled = file.read()
    return {target: compiled, **({path: data} if kept else {})}
