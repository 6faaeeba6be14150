"""coursekit: what a container image is made of, with a union file system proved against the Linux kernel.

The names a notebook uses, who draws what is shown there, and who knows its language; no logic. All of it is imported on
first use, so that `import coursekit` stays fast.
"""

from functools import partial
from importlib import import_module
from typing import Any

from coursekit import language, showing
from coursekit.errors import UnknownName, did_you_mean

__version__ = "0.1.0"

_NAMES = {
    "build": "coursekit.builder.build",
    "after": "coursekit.exercises.session",
    "case": "coursekit.exercises.session",
    "chart_causes": "coursekit.widgets.charts",
    "chart_compare": "coursekit.widgets.charts",
    "chart_first_byte": "coursekit.widgets.charts",
    "chart_layers": "coursekit.widgets.charts",
    "chart_ledger": "coursekit.widgets.charts",
    "chart_owners": "coursekit.widgets.charts",
    "chart_sharing": "coursekit.widgets.charts",
    "chart_waste": "coursekit.widgets.charts",
    "check": "coursekit.exercises.session",
    "Container": "coursekit.container.container",
    "explain": "coursekit.anatomy.explain",
    "first": "coursekit.widgets.first",
    "hint": "coursekit.exercises.session",
    "Image": "coursekit.image.open",  # and with it all that opening one needs
    "keep": "coursekit.exercises.session",
    "Layer": "coursekit.layers.layer",
    "level": "coursekit.exercises.session",
    "load_ipython_extension": "coursekit.magic",
    "Overlay": "coursekit.vfs.overlay",
    "progress": "coursekit.exercises.session",
    "proof": "coursekit.proving.proof",
    "published": "coursekit.anatomy.facts",
    "question": "coursekit.exercises.session",
    "run": "coursekit.container.container",
    "sandbox": "coursekit.widgets.bench",
    "scenes": "coursekit.diagrams.scenes",  # the module
    "start": "coursekit.exercises.session",
    "step": "coursekit.exercises.session",
    "WHITEOUT": "coursekit.fs.node",
    "unload_ipython_extension": "coursekit.magic",
    "weigh": "coursekit.exercises.session",
    "why": "coursekit.anatomy.dependency_chain",
    "yours": "coursekit.own_union.union",
}
__all__ = sorted(_NAMES)


def _loaded(home: str, name: str) -> Any:
    module = import_module(home)
    return getattr(module, name, module)  # scenes is a module; build is a function in a module of its name


showing.register("show", partial(_loaded, "coursekit.widgets.show", "show"))
showing.register("html", partial(_loaded, "coursekit.diagrams.html", "html"))
language.ask(lambda: _loaded("coursekit.exercises.editions", "of_here")())  # a picture may come before ck.start


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        if name.startswith("_"):  # asked by Python and its tools, not by a person
            raise AttributeError(f"module 'coursekit' has no attribute {name!r}")
        said = language._("coursekit has no {name}.").format(name=repr(name))
        has = language._("It has {names}.").format(names=language.series(__all__))
        raise UnknownName(language.sentences(said, did_you_mean(name, __all__) or has))
    value = globals()[name] = _loaded(_NAMES[name], name)
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
