"""Lesson 03, the union of layers: its exercises, in the order in which the lesson meets them.

By topic: `union_lookup`, `union_names`, `union_hiding`, `union_unpack`, `union_design`.
Source: Linux overlayfs.rst; OCI image-spec layer.md.
"""

from coursekit.exercises.lessons import union_design, union_hiding, union_lookup, union_names, union_unpack

EXERCISES = (
    union_lookup.WHO_ANSWERS,
    union_lookup.LOWERDIR_ORDER,
    union_names.MERGED_TREE,
    union_lookup.LOOKUP,
    union_names.READDIR,
    union_hiding.WHITEOUT_ENTRIES,
    union_unpack.MEND_UNPACK,
    union_hiding.OPAQUE_OR_WHITEOUTS,
    union_design.DESIGN_LAYER,
    union_design.TOOLS_DISAGREE,
)
