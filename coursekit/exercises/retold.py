"""Why an answer cannot be read, or its function was stopped: said in English in a box and in evidence, shown in any language.

These sentences are made where nobody knows the reader: `plain` and `function_host` go into a box as they stand, and
evidence travels. Whoever shows one asks here. tests/editions/test_interface.py holds that each has its template.
"""

from coursekit import language
from coursekit.language import later

_TEMPLATES = (
    # exercises.plain, exercises.dress
    later("the data is nested more than {n} deep"),
    later("the data is larger than {n} KiB"),
    later("an int has more than {n} bits"),
    later("a float is not finite (NaN or infinity)"),
    later("a {kind} is not plain data (plain: {kinds})"),
    later("{constant} is not plain data"),
    # exercises.evidence, exercises.session
    later("the source is larger than {n} KiB"),
    later("it should be the function `{function}`, defined with `def` in the answer cell"),
    later("the cell that defines this function cannot be found: run the answer cell again"),
    # grading.sandbox.function_host
    later("the answer cell defines no function `{function}`"),
    later("a result that cannot be read"),
    # grading.sandbox.function_runner, grading.sandbox.step_count
    later("it had not ended after {n} seconds"),
    later("it waited for {n} seconds and computed nothing"),
    later("it computed for more than {n} seconds"),
    later("it asked and did not listen"),
    later("its process ended before all calls were done (it left, or it took too much memory)"),
    later("it called lent functions more than {n} times, or wrongly"),
    later("it gave back more than {n} MiB"),
    later("it took more than {n} steps (a browser counts steps, not seconds)"),
    # grading.sandbox.zygote
    later("the grader stopped it, or it did not listen"),
    later("it closed its output and went on"),
    later("it gave out more than {n} MiB"),
    later("it ran longer than {n} seconds"),
    later("it took more than {n} MiB of memory"),
    later("it started more than {n} processes"),
    later("it opened more than {n} sockets"),
    later("it held more than {n} locks on files"),
)


def retold(said: str) -> str:
    """The sentence in the language in use; '' for one that is not ours, such as Python's own words for an error."""
    return language.retold(said, _TEMPLATES)
