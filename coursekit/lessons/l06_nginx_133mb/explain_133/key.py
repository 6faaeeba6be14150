"""Words that a person marks with the rubric; each figure in them is compared with the image, see `figures_key`."""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say
from coursekit.lessons.l06_nginx_133mb.figures_key import contradictions


def judge(case: Case, answer: Any, say: Say) -> Sequence[Outcome]:
    """One outcome for each figure."""
    if type(answer) is not str:
        return [expect(False, claim="Write your explanation as text.", have=say("no-text"), want=say("write-text"))]
    return contradictions(answer, say)


KEY = Key(
    judge=judge,
    touches={
        "sizes": r"\b(unpacked|compressed|download\w*|travels?|on the wire|on disk)\b|解压|压缩|下载|传输|磁盘上",
        "base": r"\b(base|debian)\b|基础|Debian",
        "small": r"nginx(['\u2019]s)? (own )?(package|itself|program|binary)|\b(modules?|librar(y|ies)|icu|fonts)\b|nginx.{0,4}(本身|自己|软件包|程序)|模块|函数库|字体",
        "kernel": r"\bkernel\b|内核",
        "two-images": r"\b(bullseye|alpine|1\.21\.4)\b|bullseye|alpine|1\.21\.4",
        "units": r"\d[\d.,]*\s?(MB|kB|bytes|%|per ?cent|字节|兆)|百分之",
    },
)
