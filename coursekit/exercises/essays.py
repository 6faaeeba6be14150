"""What can be said of an essay by a machine: known false statements, the rubric's points that a sentence touches, length.

    "Each container has a full copy of the image."   flagged: run-copies-the-image
    "A container has no kernel of its own."          denied, so not flagged

A person reads the text and gives the marks. Nothing here says that a text is right: only what was found in it, and what
was not. The patterns here are of English, those of `essays_chinese` of Chinese; a text may have both.

Pure. Neighbours: `marking`, `report`; figures in a text are an exercise's own judge's affair.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from coursekit.exercises import essays_chinese
from coursekit.exercises.misconceptions import beliefs
from coursekit.exercises.model import Outcome, expect
from coursekit.language import _, plural

LEAST = 40  # words of an essay
VOCABULARY = 25  # different words of a real attempt
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])\s*|\n+")
_CLAUSE = re.compile(
    r"[;:]\s|,?\s+\b(?:but|whereas|while|because|since|although|though|however)\b|,\s+(?:and|so|which|as)\b|"
    r"\s+and\s+(?=(?:each|every|all|the|a|it|they|docker|then)\b)"
)
_DENIED = re.compile(
    r"\b(?:not|no|never|nothing|neither|nor|none|without|cannot|instead of|rather than|hardly|unlike|myth|wrong|false|"
    r"mistaken|mistake|contrary|would|had|lacks?|leaves? out|zero)\b|n['\u2019]t\b|\b0 bytes\b"
)
_HAS = (
    r"(?:contains?|includ\w+|has|have|holds?|ships?|brings?|comes? with|packs?|bundles?|carr(?:y|ies)|installs?|needs?)"
)
_OWN = r"(?:its own|their own|an own|own|a|an|the|linux|debian(?:'s)?|whole|full|complete|separate|second|new|another)"
_CONTAINER = r"(?:containers?|images?|layers?|base|docker)"
_LOST = r"(?:lost|loses?|gone|delet\w+|disappear\w*|discard\w*|thrown away|vanish\w*|forgotten|wiped|throws?\b.{0,20}\baway)"
_UNLESS_HOST = r"(?:(?!host|centos|release).){{0,{}}}"  # no other source and no other question between
_UNLESS_IMAGE = r"(?:(?!debian|image|uname|kernel).){{0,{}}}"
_SMALLER = r"(?:shrinks?|smaller|frees?|saves?|reduces?|makes? room)"

# belief: patterns of a clause that states it; those after None are looked for in a clause that denies something, too.
_FALSE: dict[str, tuple[str | None, ...]] = {
    "image-has-a-kernel": (
        r"\bkernels?\b.{0,30}\b(?:installed|downloaded|unpacked|added)\b",
        r"\bkernel\b.{0,20}\b(?:is|weighs|takes|has|of|with)\b.{0,12}\b(?!0)\d[\d.,]*\s?(?:[kmg]i?b|bytes)\b",
        r"\b(?:most|much|half|part|rest|bulk)\b.{0,30}\b(?:is|are)\b.{0,20}\bkernel\b",
        rf"\b(?:{_CONTAINER}|it|each|every)\b.{{0,60}}\b{_HAS}\b.{{0,25}}\b{_OWN}\s(?:[\w-]+\s){{0,2}}kernels?\b(?!.{{0,15}}host)",
        r"\b(?:install\w*|download\w*|unpack\w*|adds?|added|puts?|cop(?:y|ies|ied)|pull\w*)\b.{0,40}\bkernels?\b",
        rf"\bkernels?\b.{{0,30}}\b(?:is|are|lies|sits|comes|ships|stored|packed|included|contained|part|inside)\b.{{0,25}}\b{_CONTAINER}\b",
        r"\b(?:runs?|boots?|starts?|loads?|uses?|has|have|with)\b.{0,20}\b(?:its|their|an|debian's) own (?:[\w-]+ )?kernels?\b",
        r"\bincluding (?:its|their|the|a|an) (?:[\w-]+ ){0,2}kernel\b|\boperating systems?,? kernel included\b",
        r"\bkernels?\b.{0,25}\b(?:comes?|came|taken|is|are) from (?:debian|the image|the base)\b|\bkernels? (?:that is|that's|is) (?:in|inside|of) the (?:image|container)\b",
        r"\b(?:emulat\w+|virtuali[sz]\w+)\b.{0,20}\b(?:hardware|machines?|computers?)\b",
        r"\b(?:debian|guest|second|separate|new|another|container|image)(?:['\u2019]s)?\s(?:linux )?kernel\b.{0,40}\b(?:runs?|running|boot\w*|start\w*|loaded|answers?)\b",
        None,
        r"\b(?:containers?|it|they)\b.{0,20}\b(?:do not|does not|doesn't|don't|never|cannot)\b.{0,10}\b(?:use|share|need)\b.{0,10}\bhost",
    ),
    "container-boots": (
        rf"\b{_CONTAINER}\b.{{0,30}}\b{_HAS}\b.{{0,20}}\b(?:bootfs|boot ?loader)\b",
        r"\bboot ?loaders?\b.{0,20}\b(?:of|in)\b.{0,10}\b(?:images?|containers?)\b|\bboot ?loaders?\b.{0,40}\bstarts?\b.{0,15}\bcontainers?\b",
        r"\bcontainers?\b.{0,40}\bboot(?:s|ed|ing|s up)?\b",
        r"\bdocker\b.{0,40}\bboot(?:s|ed|ing)?\b",
        r"\bboot(?:s|ed|ing)?\b.{0,20}\b(?:containers?|it in the container)\b",
        r"\bcontainers?\b.{0,20}\b(?:is|are)\b.{0,20}\b(?:virtual machines?|vms?)\b",
    ),
    "run-copies-the-image": (
        r"\bimage(?:'s)? files\b.{0,30}\bcop(?:y|ied)\b",
        r"\bcontainers?\b.{0,60}\b(?:full|own|whole|complete|separate|entire|private|its)\b.{0,12}\bcop(?:y|ies)\b",
        r"\bcop(?:y|ies|ied)\b.{0,30}\bimages?\b.{0,40}\b(?:containers?|starts?|runs?|each)\b",
        r"\bdocker run\b.{0,30}\bcop(?:y|ies)\b",
        r"\b(?:duplicat\w+|replicat\w+|clones?)\b.{0,40}\b(?:images?|files?|layers?|containers?)\b",
        r"\bcontainers?\b.{0,30}\b(?:stores?|keeps?|holds?|unpacks?)\b.{0,20}\b(?:all|every|whole|entire)\b.{0,40}",
        r"\b(?:containers?|50|fifty)\b.{0,40}\b(?:50|fifty|n|as many) times\b.{0,30}\b(?:disk|space|size|much|data|gb|mb)\b",
        r"\b(?:50|fifty)\b.{0,40}\b6[.,]5 ?gb\b",
        None,
        r"\b(?:nothing|no layers?|no files?|neither)\b.{0,20}\bshared\b",
        r"\b(?:containers?|images?)\b.{0,20}\b(?:do not|don't|cannot|can't|never) share\b(?!.{0,30}(?:own|writable|upper|changes|container layer))",
    ),
    "containers-share-the-writable-layer": (
        r"\b(?:chang\w+|writ\w+|edit\w+|delet\w+)\b.{0,60}\b(?:in|for) (?:the others|all of them|every other|all others|all the others|all containers)\b",
        r"\b(?:chang\w+|writ\w+|breaks?|broken|delet\w+|edit\w+)\b.{0,60}\b(?:all|every|other|others|each)\b.{0,25}\b(?:containers?|of them)\b.{0,40}\b(?:see|sees|seen|affected|broken|changed|too|visible|lose|loses)\b(?!.{0,20}(?:original|old))",
        r"\bcontainers?\b.{0,30}\bshares?\b.{0,25}\b(?:writable|container) layer\b",
        r"\bbroken for (?:all|every|the others)",
        r"\b(?:all|every|the other|other) containers?\b.{0,30}\b(?:are|is|will be|get)\b.{0,10}\b(?:affected|broken|changed)\b",
    ),
    "writing-edits-the-image": (
        r"\b(?:writ\w+|chang\w+|edit\w+|modif\w+|delet\w+)\b.{0,50}\b(?:changes|edits|modifies|alters|overwrites|updates)\b.{0,15}\bimages?\b",
        r"\b(?:image(?:'s)? layers?|layers? of (?:an|the) images?|images?)\b.{0,20}\b(?:are|is|can be|gets?)\b.{0,15}\b(?:writable|changed|modified|edited)\b",
        r"\b(?:changes?|writes?)\b.{0,30}\b(?:go|goes|land|end up|are stored|are written|is stored)\b.{0,20}\b(?:in|into|to) the image\b",
    ),
    "reading-copies-up": (
        r"\bread(?:ing|s)?\b.{0,40}\bcop(?:y|ies|ied)\b.{0,30}\b(?:up|containers?|layers?)\b",
        r"\bcop(?:y|ies|ied)\b.{0,25}\b(?:when|if|once|as soon as)\b.{0,15}\bread\b",
    ),
    "stopping-loses-changes": (rf"\b(?:stop|stops|stopped|stopping|restart\w*|exits?)\b.{{0,60}}\b{_LOST}\b",),
    "later-rm-shrinks": (
        rf"\b(?:later|another|second|next|last|final|new|extra)\b.{{0,40}}\b(?:rm|remov\w+|delet\w+)\b.{{0,60}}\b{_SMALLER}\b",
        rf"\b(?:rm|remov\w+|delet\w+)\b.{{0,40}}\b(?:later|another|second|next|last|final|new|extra)\b.{{0,40}}\b{_SMALLER}\b",
    ),
    "rm-frees-space": (rf"\b(?:rm|remov\w+|delet\w+)\b.{{0,40}}\bin (?:a|the) container\b.{{0,40}}\b{_SMALLER}\b",),
    "same-distribution-shares": (r"\bsame distribution\b.{0,40}\bshares? (?:a|the|their|its|one) (?:base|layer)",),
    "memory-always-shared": (
        r"\b(?:always|every driver|all drivers|any driver|whatever the driver)\b.{0,60}\bmemory\b",
        r"\bmemory\b.{0,40}\b(?:always|with every driver|with any driver|whatever the driver)\b",
    ),
    "memory-per-container": (
        r"\b(?:each|every|all|fifty|50)\b.{0,12}\bcontainers?\b.{0,60}\b(?:own|full|whole|themselves|itself)\b.{0,25}\b(?:memory|ram)\b",
    ),
    "image-sets-uname": (
        rf"\buname\b{_UNLESS_HOST.format(50)}\b(?:shows?|prints?|says?|gives?|returns?|reports?|answers?)\b{_UNLESS_HOST.format(30)}\b(?:debian|the image|image's|the container)\b",
    ),
    "host-sets-release": (
        rf"\bos-release\b{_UNLESS_IMAGE.format(40)}\b(?:shows?|prints?|says?|gives?)\b{_UNLESS_IMAGE.format(30)}\b(?:centos|the host|host's)\b",
    ),
    "package-is-the-bulk": (
        r"\bits (?:binary|program|package)\b.{0,40}\b(?:most|bulk|largest|majority)\b",
        r"\bnginx(?:'s)? (?:itself|own package|package|program|binary|server)\b.{0,40}\b(?:most|bulk|largest|biggest|majority|almost all|nearly all|main part|133)\b",
    ),
    "docker-images-size-travels": (
        r"\b133 ?mb\b.{0,30}\b(?:download\w*|travels?|transferr?\w*|pulled|over the network|on the wire)\b",
        r"\b(?:download\w*|travels?|transferr?\w*|pulls?)\b.{0,25}\b133 ?mb\b",
    ),
    "pull-fetches-all": (
        r"\b(?:push|pull)\w*\b.{0,40}\beverything\b.{0,20}\b(?:uploaded|downloaded|sent|fetched|transferred)\b",
        r"\b(?:pulls?|push|pushes|downloads?)\b.{0,40}\b(?:always|every time|each time|again)\b.{0,30}\b(?:all|whole|entire|every)\b",
        r"\b(?:pulls?|push|pushes)\b.{0,20}\b(?:sends?|fetch\w*|transfers?|downloads?)\b.{0,15}\b(?:all (?:the )?layers|the whole image|the entire image|everything)\b",
    ),
}
_RIGHT = {  # words that make of such a clause a right one
    "image-has-a-kernel": r"\bhost(?:'s)? (?:\w+ )?kernel\b|\bvirtual machines?\b|\bvms?\b",
    "container-boots": r"\bvirtual machines?\b.{0,40}\bboot|\bvms?\b.{0,30}\bboot|\bhost\b.{0,30}\bboot",
    "run-copies-the-image": r"\bvfs\b|\bbtrfs\b|\bdevicemapper\b|\b(?:in|of) (?:the )?(?:memory|ram|page cache)\b|\bcach\w+\b|\bcop(?:y|ies|ied) up\b|\bcopy-up\b|\bone copy\b",
    "containers-share-the-writable-layer": r"\bstill\b|\boriginal\b|\bunchanged\b|\bonly (?:that|this|the one)\b",
    "stopping-loses-changes": r"\bremov\w+\b|\bdocker rm\b|\brm\b",
    "later-rm-shrinks": r"\bsame (?:run|layer|instruction)\b",
    "docker-images-size-travels": r"\bcompress\w+\b",
    "package-is-the-bulk": r"\bonly\b|\bsmall\b|\bbase\b|\brest\b",
    "memory-per-container": r"\b(?:btrfs|vfs|devicemapper|drivers?)\b",
    "pull-fetches-all": r"\b(?:missing|lacks?|empty|fresh|first)\b",
}


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [each.strip() for each in _SENTENCE.split(text) if each.strip()]


def false_statements(text: str) -> Iterator[Outcome]:
    """One failed outcome for each sentence and belief that it states, in any of the usual wordings."""
    for sentence in sentences(text):
        for belief in _stated(sentence.lower().replace("\u2019", "'").replace("`", "")):
            cut = sentence if len(sentence) <= 160 else f"{sentence[:157]}…"
            instead = beliefs()[belief].instead
            yield expect(
                False, claim=f"not: {belief}", have=_("You write “{sentence}”.").format(sentence=cut), want=instead
            )


def _stated(sentence: str) -> list[str]:
    """The beliefs that a sentence states, in lower case."""
    found: dict[str, None] = dict.fromkeys(essays_chinese.stated(sentence))
    if _REPORTED.search(sentence):
        return []
    clauses = _CLAUSE.split(sentence)
    for before, clause in [*zip(["", *clauses], clauses, strict=False), ("", sentence)]:
        if _OF_MACHINES.match(before) and _GOES_ON.match(clause):
            continue  # "a virtual machine is large, because it has a kernel"
        denied = _DENIED.search(clause) is not None
        for belief, patterns in _FALSE.items():
            even_denied = False
            for pattern in patterns:
                if pattern is None:
                    even_denied = True
                elif (even_denied and re.search(pattern, clause)) or (
                    not denied and re.search(pattern, clause) and not _right(belief, clause)
                ):
                    found[belief] = None
    return list(found)


_OF_MACHINES = re.compile(r"\s*(?:\w+ ){0,2}?(?:virtual machines?|vms?)\b(?!.*\b(?:containers?|images?|docker)\b)")
_GOES_ON = re.compile(r"\s*(?:it|they|each|both)\b")
_REPORTED = re.compile(  # what somebody else believes, or is told to
    r"\b(?:colleague|people|author|note|some|many|you|he|she|they|beginners?|one)\b.{0,30}"
    r"\b(?:believes?|thinks?|thought|claims?|say|says|said|suppose|assume)\b"
)


def _right(belief: str, clause: str) -> bool:
    return belief in _RIGHT and re.search(_RIGHT[belief], clause) is not None


def long_enough(text: str) -> Outcome:
    """Whether an essay has as many words as a few sentences need."""
    if essays_chinese.is_chinese(text):
        count, least = len(essays_chinese.HAN.findall(text)), essays_chinese.LEAST
        have = _("Your text has {n} Han characters.").format(n=count)
        want = _("Some five sentences are wanted, {n} Han characters at least.").format(n=least)
    else:
        count, least = len(text.split()), LEAST
        have = plural("Your text has {n} word.", "Your text has {n} words.", count).format(n=count)
        want = _("Some five sentences, or more, are wanted.")
    return expect(count >= least, claim="long enough", have=have, want=want)


def touched(text: str, patterns: Sequence[str], outcomes: Iterable[Outcome] = ()) -> tuple[str, ...]:
    """For each pattern the first sentence that touches it, '' for none.

    A sentence that is flagged touches nothing, nor does one of which a failed one of `outcomes` quotes words.
    """
    wrong = [words for outcome in outcomes if not outcome.ok for words in re.findall("“([^”]+)”", outcome.have)]
    sound = [
        each
        for each in sentences(text)
        if not _stated(each.lower().replace("\u2019", "'").replace("`", "")) and not any(cut in each for cut in wrong)
    ]
    return tuple(next((each for each in sound if re.search(pattern, each, re.IGNORECASE)), "") for pattern in patterns)


def attempted(text: str, touches: Iterable[str]) -> bool:
    """Whether a text is a real attempt, after which a model answer may be read: long enough, words, and to the point."""
    points = list(touches)
    to_the_point = not points or sum(map(bool, points)) * 2 >= len(points)
    different = set(re.findall(r"[a-z]{2,}", text.lower()))
    enough = VOCABULARY
    if essays_chinese.is_chinese(text):
        different, enough = set(essays_chinese.HAN.findall(text)), essays_chinese.DIFFERENT
    return long_enough(text).ok and len(different) >= enough and to_the_point
