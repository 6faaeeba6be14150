"""Lesson 06, "why is the nginx image 133 MB?": its exercises, in the order in which the lesson meets them.

Source of every figure: coursekit/data/nginx, by way of `coursekit.anatomy.facts`.
"""

LESSON = "06-nginx-133mb"
EXERCISES = (
    "predict-download",
    "download-size",
    "three-sizes",
    "layer-or-config",
    "digest-names",
    "exec-refused",
    "whose-kernel",
    "two-images",
    "ledger-133",
    "stored-and-seen",
    "alpine-beside",
    "shrink-plan",
    "shrink-build",
    "explain-133",
)
