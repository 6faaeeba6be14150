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
        "sizes": (
            r"^(?=.*\b(unpack\w*|on disk|files|extracted|smaller|less|fewer)\b)(?=.*\b(compressed|download\w*|travels?|on the wire|pull\w*|gzip\w*|transfer\w*|network)\b)(?=.*\d)"
            r"|\b(download\w*|travels?|pull\w*|transfer\w*|network|wire)\b.{0,60}\b5[34](\.\d+)? ?MB|\b5[34](\.\d+)? ?MB\b.{0,60}\b(download\w*|travels?|pull\w*|transfer\w*|network|wire)\b"
            r"|^(?=.*(解压|磁盘上|文件))(?=.*(压缩|下载|传输|拉取))(?=.*\d)"
        ),
        "base": (
            r"^(?!.*\bnot counted\b)(?=.*(\b(base|debian)\b|基础|Debian))(?=.*(\d[\d.,]*\s?(MB|bytes|%|兆|字节)|\bhalf\b|\b(larg|bigg)est\b|一半|最大))"
        ),
        "small": (
            r"\bnginx(['\u2019]s)?\b.{0,30}\b(package|itself|program|binary|own)\b.{0,40}(\b(only|just|small|less|little)\b|\b3(\.\d+)? ?MB|\b2 ?%)"
            r"|\b(only|just|merely|\d(\.\d+)? ?MB|\d ?%)\b.{0,60}\b(nginx(['\u2019]s)?\b.{0,20}\b(package|itself|program|binary|own)|package nginx)\b"
            r"|nginx.{0,4}(本身|自己|软件包|程序).{0,16}(只|才|3(\.\d+)? ?(MB|兆))"
        ),
        "kernel": (
            r"\b(no|not|without|none|lacks?|leaves out|nothing)\b.{0,40}\bkernel|\bkernel\b.{0,60}(\bhost|\b0 bytes|\bnot\b)|n't\b.{0,40}\bkernel"
            r"|(没有|不含|不带|没带|无需|不需要).{0,8}内核|内核.{0,10}宿主机|宿主机.{0,6}内核"
        ),
        "two-images": (
            r"^(?=.*(\bbullseye\b|1\.21\.4|\bdebian 11\b))(?=.*\b(another|other|different|two|not|instead|belongs?|buster|141)\b)|\balpine\b"
            r"|^(?=.*(bullseye|1\.21\.4))(?=.*(两|另|别|不同|不是|141))|alpine"
        ),
        "units": (r"\d[\d.,]*\s?(MB|kB|bytes|%|per ?cent|字节|兆)|百分之"),
    },
)
