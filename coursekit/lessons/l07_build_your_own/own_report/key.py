"""Words that a person marks with the rubric; figures of the course's own image are compared, see `report_key`."""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.model import Case, Outcome
from coursekit.exercises.rules import Key, Say
from coursekit.lessons.l07_build_your_own.report_key import contradictions


def judge(case: Case, answer: Any, say: Say) -> Sequence[Outcome]:
    """One outcome for each figure that can be compared."""
    return contradictions(answer, say) if type(answer) is str else ()


KEY = Key(
    judge=judge,
    touches={
        "name": (r"(?<![0-9a-z])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}(?![0-9a-z])|sha256:"),
        "sizes": (
            r"^(?=.*\b(travels?|compressed|download\w*|pulls?|wire|gzip\w*|transfers?)\b)(?=.*\b(unpacked|on (the )?disk|tars?|files)\b)(?=.*\d)"
            r"|^(?=.*(传输|压缩|下载|拉取))(?=.*(解压|磁盘|tar|文件))(?=.*\d)"
        ),
        "layers": (
            r"^(?=.*\blayers?\b)(?=.*\b(most|largest|heaviest|biggest|nearly all|nearly everything|weighs?)\b)(?=.*\b(RUN|COPY|ADD|FROM|base|install\w*|apt\S*|instructions?)\b)"
            r"|^(?=.*层)(?=.*(最大|最重|几乎|大部分|占))(?=.*(RUN|COPY|ADD|FROM|基础|安装|apt|指令))"
        ),
        "owners": (
            r"^(?=.*(\b(own(s|ed|ers?)?|belongs? to|packages?|dpkg|rpm|apk)\b|软件包|dpkg|rpm|apk|属于))(?=.*(\d[\d.,]*\s?([kM]?B|bytes|兆|字节)|\bbecause\b|\bsince\b|\bdatabase\b|因为|数据库))"
        ),
        "lost": (
            r"^(?=.*(\b(deleted|replaced|still stored|stored again|whiteouts?)\b|\bnothing (is|was) (lost|deleted)\b|删|替换|还存着|whiteout))(?=.*(\d[\d.,]*\s?([kM]?B|bytes|兆|字节)|\bnothing\b|没有))"
        ),
        "change": (
            r"^(?=.*\b(would|should|saves?|could|instead)\b)(?=.*\b(RUN|COPY|FROM|ADD|install\w*|instructions?|layer|stage|base)\b)(?=.*\d[\d.,]*\s?([kM]?B|bytes)\b)"
            r"|^(?=.*(可以|能省|省下|改成|只装|会省|应该))(?=.*(RUN|COPY|FROM|ADD|装|指令|层))(?=.*\d)"
        ),
    },
)
