"""A manifest lists layers base first, a lookup asks them top first.

Source: OCI image-spec manifest.md, `layers`; Linux overlayfs.rst, "Multiple lower layers".
"""

from coursekit.exercises.rules import Key, Wrong

KEY = Key(
    truth=lambda case: ["upperdir", *reversed(case["layers"])],
    wrong=(
        Wrong("base-last", lambda case: ["upperdir", *case["layers"]]),
        Wrong("bottom-wins", lambda case: [*case["layers"], "upperdir"]),
        Wrong("upperdir-comes-last", lambda case: [*reversed(case["layers"]), "upperdir"]),
        Wrong("base-comes-first", lambda case: ["upperdir", case["layers"][0], *reversed(case["layers"][1:])]),
    ),
)
