"""Lesson 02, layers: its exercises, in the order in which the lesson meets them.

By topic: `layer_mysql`, `layer_made`, `layer_started`, `layer_family`, `layer_names`,
`layer_files`.
"""

from coursekit.exercises.lessons import (
    layer_family,
    layer_files,
    layer_made,
    layer_mysql,
    layer_names,
    layer_started,
)

EXERCISES = (
    layer_mysql.MYSQL_BY_COMMIT,
    layer_mysql.MYSQL_BY_DOCKERFILE,
    layer_made.INSTRUCTION_LAYERS,
    layer_started.WHAT_STARTS,
    layer_made.CACHE_STEPS,
    layer_files.COMMIT_SAVE_EXPORT,
    layer_family.PARENT_AND_BASE,
    layer_names.CHAIN_ID,
    layer_names.RECOMPUTE_ID,
)
