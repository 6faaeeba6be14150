"""What is false in an English essay: patterns of clauses that state a known belief.

    "Each container has a full copy of the image."   run-copies-the-image
    "A container has no kernel of its own."          denied

Pure. Neighbours: `essays`, which asks; `essays_chinese`, the same of Chinese.
"""

import re

_CLAUSE = re.compile(
    r"[;:]\s|,?\s+\b(?:but|whereas|while|because|since|although|though|however)\b|,\s+(?:and|so|which|as)\b|"
    r"\s+and\s+(?=(?:each|every|all|the|a|it|they|docker|then)\b)"
)
_HALVES = re.compile(r"[;:]\s")
_DENIED = re.compile(
    r"\b(?:not|no|never|nobody|nothing|neither|nor|none|without|cannot|instead of|rather than|hardly|unlike|myth|wrong|false|"
    r"mistaken|mistake|contrary|would|had|lacks?|leaves? out|zero|(?:is|are) missing)\b|n['\u2019]t\b|\b0 bytes\b"
)
_HAS = (
    r"(?:contains?|includ\w+|has|have|holds?|ships?|brings?|comes? with|packs?|bundles?|carr(?:y|ies)|installs?|needs?)"
)
_OWN = r"(?:its own|their own|an own|own|a|an|the|linux|debian(?:'s)?|whole|full|complete|separate|second|new|another)"
_CONTAINER = r"(?:containers?|images?|layers?|base|docker)"
_LOST = r"(?:lost|loses?|gone|delet\w+|disappear\w*|discard\w*|thrown away|vanish\w*|forgotten|wiped|throws?\b.{0,20}\baway)"
_UNLESS_HOST = r"(?:(?!host|centos|release).){{0,{}}}"  # no other source and no other question between
_UNLESS_IMAGE = r"(?:(?!debian|image|uname|kernel).){{0,{}}}"
_LATER = r"later|another|second|next|last|final|new|extra|end|afterwards"
_SMALLER = r"(?:shrinks?|smaller|frees?|saves?|reduces?|makes? room)"

# belief: patterns of a clause that states it; those after None are looked for in a clause that denies something, too.
FALSE: dict[str, tuple[str | None, ...]] = {
    "image-has-a-kernel": (
        r"\bkernels?\b.{0,30}\b(?:installed|downloaded|unpacked|added)\b",
        r"\bkernel\b.{0,20}\b(?:is|weighs|takes|has|of|with)\b.{0,12}\b(?!0)\d[\d.,]*\s?(?:[kmg]i?b|bytes)\b",
        r"\b(?:most|much|half|part|rest|bulk)\b.{0,30}\b(?:is|are)\b.{0,20}\bkernel\b",
        rf"\b(?:{_CONTAINER}|it|each|every)\b.{{0,60}}\b{_HAS}\b[^,]{{0,25}}\b{_OWN}\s(?:[\w-]+\s){{0,2}}kernels?\b(?!.{{0,15}}host)",
        r"\b(?:install\w*|download\w*|unpack\w*|adds?|added|puts?|cop(?:y|ies|ied)|pull\w*)\b.{0,40}\bkernels?\b",
        rf"\bkernels?\b.{{0,30}}\b(?:is|are|lies|sits|comes|ships|stored|packed|included|contained|part|inside)\b.{{0,25}}\b{_CONTAINER}\b",
        r"\b(?:runs?|ran|boots?|booted|starts?|started|loads?|loaded|uses?|has|have|with)\b.{0,20}\b(?:its|their|an|debian's) own (?:[\w-]+ )?kernels?\b",
        r"\bincluding (?:its|their|the|a|an) (?:[\w-]+ ){0,2}kernel\b|\boperating systems?,? kernel included\b",
        r"\bkernels?\b.{0,25}\b(?:comes?|came|taken|is|are) from (?:debian|the image|the base)\b|\bkernels? (?:that is|that's|is) (?:in|inside|of) the (?:image|container)\b",
        r"\b(?:emulat\w+|virtuali[sz]\w+)\b.{0,20}\b(?:hardware|machines?|computers?)\b",
        r"\b(?:debian|guest|second|separate|new|another|container|image)(?:['\u2019]s)?\s(?:linux )?kernel\b.{0,40}\b(?:runs?|running|boot\w*|start\w*|loaded|answers?|handles?|serves?)\b",
        r"\b(?:runs?|has|have|gets?|starts?|boots?|brings?) an? (?:[\w-]+ )?kernel of (?:its|their) own\b",
        r"\bkernel (?:in|inside|of) (?:the|an|its|each|every|this) (?:image|container)\b(?!.{0,25}host)",
        r"\bkernel\b.{0,10}\bin /boot\b",
        None,
        r"\b(?:would|should|could|can|i'd)\b.{0,15}\b(?:remove|delete|drop|take out)\b.{0,10}\bkernel\b",
        r"\b(?:remov\w+|delet\w+|drop\w*|strip\w*|throw\w*) (?:out |away )?(?:the|its) kernel\b",
        r"\b(?:containers?|it|they)\b.{0,20}\b(?:do not|does not|doesn't|don't|never|cannot)\b.{0,10}\b(?:use|share|need)\b.{0,10}\bhost",
    ),
    "container-boots": (
        rf"\b{_CONTAINER}\b.{{0,30}}\b{_HAS}\b.{{0,20}}\b(?:bootfs|boot ?loader)\b",
        r"\bboot ?loaders?\b.{0,20}\b(?:of|in)\b.{0,10}\b(?:images?|containers?)\b|\bboot ?loaders?\b.{0,40}\bstarts?\b.{0,15}\bcontainers?\b",
        r"\bcontainers?\b.{0,40}(?<![/\w])boot(?:s|ed|ing|s up)?\b",
        r"\bdocker\b.{0,40}(?<![/\w])boot(?:s|ed|ing)?\b",
        r"(?<![/\w])boot(?:s|ed|ing)?\b.{0,20}\b(?:containers?|it in the container)\b",
        r"\bcontainers?\b.{0,20}\b(?:is|are)\b.{0,20}\b(?:virtual machines?|vms?)\b",
        r"\bdocker\b.{0,20}\b(?:is|are|works as|acts as|starts?|started|uses|runs)\b.{0,20}\b(?:virtual machines?|vms?|hypervisor)\b",
        r"\bhypervisor\b.{0,30}\b(?:start\w*|runs?|download\w*|boot\w*|loads?|gives?)\b|\bstart\w* a hypervisor\b",
        r"\bimages?\b.{0,10}(?<![/\w])boots?\b",
        r"\b(?:cpu|processor)\b.{0,10}\b(?:has|needs?|supports?|offers?) virtuali[sz]ation\b",
        None,
        r"\b(?:without|needs|has|requires) vt-x\b",
        r"^(?!.*\b(?:not|no|myth|wrong|mistake|mistaken)\b).*\bcontainers? (?:is|are) (?:just |only |really )?(?:an? )?"
        r"(?:light\w*|small|tiny|mini\w*) (?:virtual machines?|vms?)\b",
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
        r"\b(?:50|fifty|as many) copies of (?:the|its|this|one) (?:image|layers|whole)\b",
        None,
        r"\b(?:nothing|no layers?|no files?|neither)\b.{0,20}\bshared\b",
        r"\b(?:containers?|images?)\b(?:(?!rebuilt|build|different|other|version).){0,20}\b(?:do not|don't|cannot|can't|never) share\b"
        r"(?!.{0,40}\b(?:own|writable|upper|changes|container layer|old|other|different))",
    ),
    "containers-share-the-writable-layer": (
        r"\b(?:chang\w+|writ\w+|edit\w+|delet\w+)\b.{0,60}\b(?:in|for) (?:the others|all of them|every other|all others|all the others|all containers)\b",
        r"\b(?:chang\w+|writ\w+|breaks?|broken|delet\w+|edit\w+)\b.{0,60}\b(?:all|every|other|others|each)\b.{0,25}\b(?:containers?|of them)\b.{0,40}\b(?:see|sees|seen|affected|broken|changed|too|visible|lose|loses)\b(?!.{0,20}(?:original|old))",
        r"\bcontainers?\b.{0,30}\bshares?\b.{0,25}\b(?:writable|container) layer\b",
        r"\bchang\w+\b.{0,20},? (?:and )?the (?:others?|other containers) (?:will )?(?:see|sees|notice|get)\b(?!.{0,20}(?:original|old))",
        r"\bbroken for (?:all|every|the others)",
        r"\b(?:all|every|the other|other) containers?\b.{0,30}\b(?:are|is|will be|get)\b.{0,10}\b(?:affected|broken|changed)\b",
    ),
    "writing-edits-the-image": (
        r"\b(?:writ\w+|chang\w+|edit\w+|modif\w+|delet\w+)\b.{0,50}\b(?:changes|edits|modifies|alters|overwrites|updates)\b.{0,15}\bimages?\b",
        r"\b(?:image(?:'s)? layers?|layers? of (?:an|the) images?|images?)\b.{0,20}\b(?:are|is|can be|gets?)\b.{0,15}\b(?:writable|changed|modified|edited)\b",
        r"\b(?:all|every|fifty|50) (?:the )?(?:fifty )?containers?\b.{0,15}\bwrites? (?:in)?to (?:it|the image|the same|one)\b(?!'s| file)",
        r"\bcontainers?\b.{0,15}\bwrites? (?:in)?to (?:the image|the shared|the same|its image)(?!'s| file)",
        r"\b(?:changes?|writes?)\b.{0,30}\b(?:go|goes|land|end up|are stored|are written|is stored)\b.{0,20}\b(?:in|into|to) the image\b",
    ),
    "reading-copies-up": (
        r"\bread(?:ing|s)?\b.{0,40}\bcop(?:y|ies|ied)\b.{0,30}\b(?:up|containers?|layers?)\b",
        r"\bcop(?:y|ies|ied)\b.{0,25}\b(?:when|if|once|as soon as)\b.{0,15}\bread\b",
    ),
    "stopping-loses-changes": (rf"\b(?:stop|stops|stopped|stopping|restart\w*|exits?)\b.{{0,60}}\b{_LOST}\b",),
    "later-rm-shrinks": (
        rf"\b(?:{_LATER})\b.{{0,40}}\b(?:rm|remov\w+|delet\w+)\b.{{0,60}}\b{_SMALLER}\b",
        rf"\b(?:rm|remov\w+|delet\w+)\b.{{0,40}}\b(?:{_LATER})\b.{{0,40}}\b{_SMALLER}\b",
        None,
        r"^(?!.*(?:\b(?:not|no|nothing|never)\b|n't)).*\b(?:rm|remov\w+|delet\w+)\b.{0,40}\b(?:at the end|afterwards)\b.{0,40}"
        r"\b(?:smaller|saves?|saved|shrinks?|less)\b",
        r"^(?!.*(?:\b(?:not|no|nothing|never)\b|n't)).*\b(?:rm|remov\w+|delet\w+)\b.{0,40}\bin (?:a|the|another) "
        r"(?:last|later|final|new|second|extra)\b.{0,60}\b(?:\d+ ?mb|smaller|less|shrinks?)\b",
        r"\badd (?:one more|another|a (?:new|last|final|further)) (?:run|layer|line|instruction)\b.{0,40}"
        r"\b(?:rm|remov\w+|delet\w+)\b",
    ),
    "lost-is-not-stored": (
        r"\b(?:delet|remov|replac)\w+ (?:files?|bytes|paths?|versions?)\b.{0,20}\b(?:are|is) (?:gone|not stored|no longer stored|out of the image)\b",
        r"\b(?:files?|bytes|what)\b.{0,25}\b(?:delet|remov|replac)(?:es?|ed)\b.{0,15}\b(?:are|is) gone\b",
        r"\bdocker (?:removes|deletes|frees|throws away) (?:what|all that|everything that)\b",
        None,
        r"\bnothing is (?:lost|wasted)\b.{0,40}\bdelet\w+",
        r"\bdelet\w+\b.{0,30}\b(?:takes?|costs?|needs?) no (?:space|room|bytes)\b",
        r"\bnothing is (?:lost|wasted)\b.{0,12}\b(?:because|since|as)\b.{0,40}\b(?:delet\w+|remov\w+|gone|docker)\b",
        r"\b(?:deleted|removed) files?\b.{0,25}\b(?:are|is|have been|were|got)\b.{0,8}\b(?:gone|freed|removed|not stored|no longer stored)\b",
        r"\bdelet\w+\b.{0,25}\b(?:has|have|was|were) been freed\b",
        r"\b(?:delet|remov)ed\b.{0,40}\bso\b.{0,15}\b(?:are|is) (?:no longer|not) (?:in|part of|stored)\b",
    ),
    "fewer-layers-shrink": (
        None,
        r"^(?!.*\b(?:rm|delet\w+|remov\w+|clean\w*|not|no|nothing|layer \d)\b).*\b(?:merg\w+|join\w*|squash\w*|combin\w+|fewer)\b.{0,40}"
        r"\b(?:layers?|lines?|instructions?|runs?)\b.{0,40}\b(?:small\w*|shrinks?|saves?|reduc\w+|times)\b",
        r"\b(?:join|merge|combine) (?:the|all|all the) (?:env|label|expose|cmd)\b",
    ),
    "env-makes-a-layer": (
        r"\b(?:env|cmd|expose|volume|labels?)\b.{0,30}\b(?:needs?|takes?|costs?|weighs?|counts?|adds?)\b.{0,20}"
        r"(?:\b[1-9][\d.,]* ?(?:kb|mb|gb|bytes)\b|\btoo\b|\bas well\b)",
        r"\b[1-9][\d.,]* ?(?:kb|mb|gb) of configuration\b",
        r"\b(?:each|every|all)\b.{0,20}\binstructions?\b.{0,25}\b(?:makes?|adds?|is|becomes?|brings?)\b.{0,10}\blayers?\b",
        r"\blayer of (?:the )?(?:env|cmd|expose)\b",
        r"\b(?:env|cmd|expose|volume|label)\b.{0,20}\b(?:adds?|makes?|creates?|is|becomes?)\b.{0,8}\b(?:a|another|one|its own|new) layer\b",
    ),
    "vm-shares-the-kernel": (
        None,
        r"\b(?:virtual machines?|vms?)\b.{0,50}\b(?:because|since|as|for)\b.{0,40}"
        r"\b(?:not compressed|uncompressed|desktop|not layered|has no layers|graphical)\b",
        r"\bcompressed\b.{0,5}\b(?:while|whereas|but) (?:a )?(?:vms?|virtual machines?) (?:is|are) not\b",
        r"\b(?:virtual machine|vm)(?:'?s)?(?:'s)?\b.{0,15}\b(?:is|are) not compressed\b",
    ),
    "engine-does-the-work": (
        r"\b(?:docker|engine)\b.{0,60}\b(?:translat\w+|emulat\w+|interprets?)\b",
        r"\b(?:translat\w+|emulat\w+|interprets?)\b.{0,60}\b(?:docker|engine)\b",
        r"\buname\b.{0,30}\b(?:docker|engine)\b.{0,15}\b(?:reports?|answers?|says?|gives?)\b",
        r"\b(?:docker|engine|it|daemon)\b.{0,20}\b(?:translat\w+|emulat\w+|interpret\w*|convert\w*|simulat\w+)\b.{0,60}"
        r"\b(?:system calls?|syscalls?|kernels?|files|binaries|programs?)\b",
        r"\bwhat the (?:docker )?engine (?:reports?|says?|answers?|returns?|gives?)\b|\blike an emulator\b",
    ),
    "tools-are-the-hosts": (
        r"\b(?:libc|librar(?:y|ies)|shell|tools|programs?)\b.{0,20}\b(?:from|of) the host\b",
        r"\buses? (?:centos|the host)(?:'s)? (?:(?:own |c )?libc|(?:own |c )?librar\w+|files|tools|shell|programs)\b",
        r"\b(?:mb|debian's files|files)\b.{0,20}\b(?:comes? from|are taken from|is taken from) the host\b",
    ),
    "hosts-files-shine-through": (
        r"\bcontainers?\b.{0,20}\b(?:sees?|has|shows?|uses?|reads?)\b.{0,10}\bthe host's (?:files|librar\w+|tools|programs|libc)\b",
        r"\b(?:mb|files|image|everything)\b.{0,15}\b(?:shared|shares?)\b.{0,5}\bwith the host\b|\bshares everything with the host\b",
        r"^(?!.*\bkernel\b).*\bborrow\w*\b.{0,30}\bhost\b",
    ),
    "bullseye-is-133": (
        r"\b1\.21\.3\b.{0,60}\b(?:bullseye|debian 11)\b",
        r"\b(?:bullseye|debian 11)\b(?:(?!buster|141).){0,40}\b133\b",
        r"\b133\b(?:(?!buster|141).){0,40}\b(?:bullseye|debian 11)\b",
    ),
    "same-repository-shares": (r"\bsame (?:tag|name)\b.{0,25}\b(?:shares?|same pages?)\b",),
    "rm-frees-space": (rf"\b(?:rm|remov\w+|delet\w+)\b.{{0,40}}\bin (?:a|the) container\b.{{0,40}}\b{_SMALLER}\b",),
    "same-distribution-shares": (r"\bsame distribution\b.{0,40}\bshares? (?:a|the|their|its|one) (?:base|layer)",),
    "memory-always-shared": (
        r"\b(?:always|every driver|all drivers|any driver|whatever the driver)\b.{0,60}\bmemory\b",
        r"\bmemory\b.{0,40}\b(?:always|with every driver|with any driver|whatever (?:the |storage )?driver)\b",
        r"\b(?:memory|ram)\b.{0,40}\b(?:on|with) (?:every|all|any) (?:storage )?drivers?\b",
    ),
    "memory-per-container": (
        r"\b(?:each|every|all|fifty|50)\b.{0,12}\bcontainers?\b.{0,60}\b(?:own|full|whole|themselves|itself)\b.{0,25}\b(?:memory|ram)\b",
        r"\b(?:memory|ram)\b.{0,30}\b(?:each|every)\b.{0,25}\b(?:its|their|an?|own)\b.{0,8}\bcop(?:y|ies)\b",
        r"\b(?:memory|ram)\b.{0,30}\b(?:fifty|50)\b.{0,15}\b(?:copies|times)\b",
    ),
    "image-sets-uname": (
        rf"\buname\b{_UNLESS_HOST.format(50)}\b(?:shows?|prints?|says?|gives?|returns?|reports?|answers?)\b(?! the same){_UNLESS_HOST.format(30)}\b(?:debian|the image|image's|the container)\b",
    ),
    "host-sets-release": (
        rf"\bos-release\b{_UNLESS_IMAGE.format(40)}\b(?:shows?|prints?|says?|gives?)\b{_UNLESS_IMAGE.format(30)}\b(?:centos|the host|host's)\b",
    ),
    "package-is-the-bulk": (
        r"\bits (?:binary|program|package)\b.{0,40}\b(?:most|bulk|largest|majority)\b",
        r"\bnginx(?:'s)? (?:itself|own package|package|program|binary|server)\b.{0,40}\b(?:most|bulk|largest|biggest|majority|almost all|nearly all|main part|133)\b",
        r"\bnginx\b.{0,10}\bowns? (?:most|all|nearly all|the most)\b|\b(?:all|most)\b.{0,25}\bbelongs? to nginx\b",
        r"\bnginx (?:itself|alone)\b.{0,15}\b[1-9]\d(?:\.\d+)? ?mb\b|\b(?:biggest|largest|main) part is nginx\b",
        r"\bbig because nginx is (?:so |very )?big\b|\bnginx is (?:about |some |around )?(?!133|3\b|141|22)\d[\d.]* ?mb\b",
    ),
    "docker-images-size-travels": (
        r"\b133 ?mb\b.{0,30}\b(?:download\w*|travels?|transferr?\w*|pulled|over the network|on the wire)\b",
        r"\b(?:download\w*|travels?|transferr?\w*|pulls?)\b.{0,25}\b133 ?mb\b",
        None,
        r"\b133 ?mb\b.{0,15}\b(?:because|since|as)\b.{0,25}\b(?:compress(?:ed|es)|download\w*)\b",
        r"\bon (?:the )?disk\b.{0,20}\b(?:after|when|because|since) it is compressed\b",
    ),
    "pull-fetches-all": (
        r"\b(?:push|pull)\w*\b.{0,40}\beverything\b.{0,20}\b(?:uploaded|downloaded|sent|fetched|transferred)\b",
        r"\b(?:pulls?|push|pushes|downloads?)\b.{0,40}\b(?:always|every time|each time|again)\b.{0,30}\b(?:all|whole|entire|every)\b",
        r"\b(?:pulls?|push|pushes)\b.{0,20}\b(?:sends?|fetch\w*|transfers?|downloads?|uploads?)\b.{0,15}\b(?:all (?:the )?layers|the whole image|the entire image|everything)\b",
        r"\b(?:every|each|whole|entire) images?\b.{0,20}\b(?:is|are|gets?)\b.{0,12}\b(?:downloaded|transferred|fetched|pulled|sent)\b"
        r".{0,12}\b(?:completely|entirely|whole|in full|anew|again)\b",
        r"\bpulls?\b.{0,15}\b(?:sends?|fetch\w*|transfers?|downloads?|brings?)\b.{0,10}\b(?:every layer|all (?:the )?layers)\b",
    ),
    "layers-travel-in-parts": (
        r"\b(?:only|just)\b.{0,10}\b(?:changed|new|modified|different|missing) (?:files?|bytes|blocks)\b.{0,30}"
        r"\b(?:sent|send|travels?|fetched|transferr?\w*|download\w*|upload\w*|pulled|pushed|cross(?:es)?|go over)\b",
        r"\b(?:sends?|fetch\w*|transfers?|downloads?|uploads?|pulls?|push\w*)\b.{0,15}\b(?:only|just)\b.{0,10}"
        r"\b(?:changed|new|modified|different) (?:files?|bytes|blocks)\b",
    ),
    "one-container-an-image": (
        r"\bonly one container\b.{0,30}\b(?:at a time|at once|of an image|from (?:one|an|the same) image|of the image)\b",
        None,
        r"\b(?:two|several|many|fifty|50|both|more than one)\b.{0,10}\bcontainers?\b.{0,40}\b(?:cannot|can't|can not|never)\b"
        r".{0,10}\b(?:run|start|be started|exist)\b.{0,12}\b(?:at once|at the same time|together|in parallel|simultaneously)\b",
    ),
}
_RIGHT = {  # words that make of such a clause a right one
    "image-has-a-kernel": r"\bhost(?:'s)? (?:\w+ )?kernel\b|\bkernel\b.{0,20}\b(?:shared|used) by\b|\bvirtual machines?\b|\bvms?\b",
    "container-boots": r"\bvirtual machines?\b.{0,40}\bboot|\bvms?\b.{0,30}\bboot|\bhost\b.{0,30}\bboot",
    "run-copies-the-image": r"\bcop(?:y|ies) of (?:that|this|the|a|one)(?: \w+)? file\b|\bcopy of it\b|\b(?:chang\w+|writ\w+(?: to)?) (?:only )?(?:its|their) own copy\b|\bvfs\b|\bbtrfs\b|\bdevicemapper\b|\b(?:in|of) (?:the )?(?:memory|ram|page cache)\b|\bcach\w+\b|\bcop(?:y|ies|ied) up\b|\bcopy-up\b|\bone copy\b",
    "containers-share-the-writable-layer": r"\bstill\b|\boriginal\b|\bunchanged\b|\bonly (?:that|this|the one)\b",
    "stopping-loses-changes": r"\bremov\w+\b|\bdocker rm\b|\brm\b",
    "later-rm-shrinks": r"\bsame (?:run|layer|instruction)\b",
    "docker-images-size-travels": r"\bcompress\w+\b",
    "package-is-the-bulk": r"\bonly\b|\bsmall\b|\bbase\b|\brest\b",
    "bullseye-is-133": r"\b(?:two|another|other|different|not|neither|whereas|instead)\b",
    "memory-per-container": r"\b(?:btrfs|vfs|devicemapper|drivers?)\b",
    "layers-travel-in-parts": r"\b(?:new|one|this|that) layer\b|\blayers? (?:that|which)\b",
    "pull-fetches-all": r"\b(?:missing|lacks?|empty|fresh|first)\b",
}


def stated(sentence: str) -> list[str]:
    """The beliefs that a sentence states; it is in lower case."""
    if _REPORTED.search(sentence):
        return []
    found: dict[str, None] = {}
    fails = _FAILS.search(sentence) is not None  # what would not work is no claim that it is there
    clauses = _CLAUSE.split(sentence)
    halves = _HALVES.split(sentence)
    beside = [*zip(["", *clauses], clauses, strict=False), *zip(["", *halves], halves, strict=False)]
    for before, clause in beside:
        if _OF_MACHINES.match(before) and _GOES_ON.match(clause):
            continue  # "a virtual machine is large, because it has a kernel"
        denied = fails or _DENIED.search(clause) is not None
        for belief, patterns in FALSE.items():
            right = belief in _RIGHT and re.search(_RIGHT[belief], clause) is not None
            sure = patterns.index(None) if None in patterns else len(patterns)
            for at, pattern in enumerate(patterns):
                if pattern and (at > sure or not (denied or right)) and re.search(pattern, clause):
                    found[belief] = None
    return list(found)


_FAILS = re.compile(
    r"\b(?:what|things?|limits?|it|that|this|which)\b.{0,30}"
    r"\b(?:(?:would|will|does|do|could)(?: not|n't) work|cannot work|(?:would|will) fail|fails|stops? working)\b"
)
_OF_MACHINES = re.compile(
    r"\s*(?:\w+ ){0,5}?(?:(?:virtual |real )?machines?|vms?)\b(?!.*\b(?:containers?|images?|docker)\b)"
)
_GOES_ON = re.compile(r"\s*(?:it|they|each|both|has|needs|boots|runs|brings|starts)\b")
_REPORTED = re.compile(  # what somebody else believes, or is told to
    r"\b(?:colleague|people|author|note|some|many|you|he|she|they|beginners?|one)\b.{0,30}"
    r"\b(?:believes?|thinks?|thought|claims?|say|says|said|suppose|assume)\b"
)
