"""Lesson 06, "why is the nginx image 133 MB?": its exercises, in the order in which the lesson meets them.

By topic: `nginx_sizes`, `nginx_inside`, `nginx_session`, `nginx_ledger`, `nginx_stored`,
`nginx_plan`, `nginx_shrink`.
Source of every figure: coursekit/data/nginx, by way of `coursekit.anatomy.facts`.
"""

from coursekit.exercises.lessons import (
    nginx_inside,
    nginx_ledger,
    nginx_plan,
    nginx_session,
    nginx_shrink,
    nginx_sizes,
    nginx_stored,
)

EXERCISES = (
    nginx_sizes.PREDICT_DOWNLOAD,
    nginx_sizes.DOWNLOAD_SIZE,
    nginx_sizes.THREE_SIZES,
    nginx_inside.LAYER_OR_CONFIG,
    nginx_inside.DIGEST_NAMES,
    nginx_session.EXEC_REFUSED,
    nginx_session.WHOSE_KERNEL,
    nginx_inside.TWO_IMAGES,
    nginx_ledger.LEDGER,
    nginx_stored.STORED_AND_SEEN,
    nginx_plan.ALPINE_BESIDE,
    nginx_plan.SHRINK_PLAN,
    nginx_shrink.SHRINK_BUILD,
    nginx_ledger.EXPLAIN,
)
