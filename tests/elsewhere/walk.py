"""Every module of the package and every public name of them, imported; what fails is told, a line each."""

import importlib
import pkgutil


def failures() -> list[str]:
    """One line for each module that cannot be imported and each name that cannot be had."""
    import coursekit

    found = []
    for module in pkgutil.walk_packages(coursekit.__path__, "coursekit.", onerror=lambda name: None):
        if module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except Exception as problem:
            found.append(f"{module.name}: {type(problem).__name__}: {problem}")
    for name in coursekit.__all__:
        try:
            getattr(coursekit, name)
        except Exception as problem:
            found.append(f"coursekit.{name}: {type(problem).__name__}: {problem}")
    return found
