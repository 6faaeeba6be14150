"""What learners believe of making an image smaller (lesson 06).

`misconceptions` lists them with all others.
"""

from coursekit.exercises.model import Misconception

BUILDING = (
    Misconception(
        "fewer-layers-shrink",
        "Fewer layers make a smaller image: one RUN instead of three is enough.",
        "A layer holds what is there when its RUN ends. One RUN that leaves as much behind weighs as much.",
    ),
    Misconception(
        "apt-clean-removes-all",
        "`apt-get clean` removes all that apt-get left behind.",
        "It empties /var/cache/apt. The lists that `update` fetched stay in /var/lib/apt/lists, and so do "
        "recommended packages.",
    ),
)
