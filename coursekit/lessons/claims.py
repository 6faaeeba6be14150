"""What the functions of the course are to do, claim by claim: keys of marking, and what a graded function is told of them.

A claim is English in every language, so that marks do not depend on one; who shows it asks `said`. A test holds that each
claim of the course's functions is here.
"""

from coursekit.language import later, retold

_CLAIMS = (
    later("{function} agrees everywhere"),
    later("what Linux refuses with {error} is refused so"),
    # 01
    later("a later mount hides what was there"),
    later("a mount point is the mount's"),
    later("a name that only begins alike lies elsewhere"),
    later("the image's files"),
    later("what is mounted in the tree"),
    # 02
    later("an image without layers"),
    later("longer chains"),
    later("the base names itself"),
    later("two layers"),
    # 03
    later("a file below a directory ends the merging"),
    later("a whiteout ends the search"),
    later("an opaque directory ends the search"),
    later("directories of several layers merge"),
    later("the topmost that has it answers"),
    later("a name that was brought back above its whiteout is listed"),
    later("the names of all layers are listed, each once"),
    later("whiteouts hide what lies below, and are not listed themselves"),
    later("a whiteout spares its own layer"),
    later("an opaque mark empties a directory of lower layers' files"),
    later("marks at the root of the archive hide names of the root"),
    # 04
    later("a directory comes up alone"),
    later("a file comes up whole, after its directories"),
    later("what a whiteout hides is refused"),
    later("what is above already stays as it is"),
    later("what is not there is refused"),
    later("a whiteout is a deletion"),
    later("an opaque directory: what was in it below is deleted"),
    later("files and directories are added or changed"),
    later("what came up and did not change has no line"),
    # 05, 06
    later("a config that is here already stays where it is"),
    later("a layer that is listed twice travels once"),
    later("what is here already stays where it is"),
    later("what is missing travels"),
    later("a whiteout of a directory hides all that lies below it"),
    later("stacks with whiteouts"),
    later("stacks without whiteouts"),
    # 07
    later("a directory is found"),
    later("a file of a lower layer is found"),
    later("a file of the upper layer is found"),
    later("of several files the topmost is found"),
    later("what an opaque directory hides is not seen"),
    later("a directory of one layer is listed"),
    later("a directory of several layers is listed"),
    later("a name that is hidden is not listed"),
    later("what an opaque directory hides is not listed"),
    later("a file below is read in place"),
    later("a file of the upper layer is read"),
    later("a directory comes up without its children"),
    later("a file comes up whole"),
    later("an empty directory comes up"),
    later("what is above stays, and hides what lies below"),
    later("a file below is copied up before it grows"),
    later("a file in place of a deleted one begins anew"),
    later("a file of the upper layer grows"),
    later("a new file is made"),
    later("a whiteout hides what lies below"),
    later("what only upper had simply goes"),
    later("a new directory lies in upper"),
    later("a new directory lies in upper, after those that lead to it"),
    later("the old directory below does not show through a new one"),
    later("a file is no directory"),
    later("a whiteout hides the lower directory"),
    later("children below keep a directory from being empty"),
    later("it simply goes"),
    later("whiteouts in it go with the directory"),
    later("a directory of upper moves with what it holds"),
    later("a file of the image gets a new name, and its old one is hidden"),
    later("a file of upper moves"),
)


def said(claim: str) -> str:
    """A claim in the language in use; as it is where it is no claim of the course's."""
    return retold(claim, _CLAIMS) or claim
