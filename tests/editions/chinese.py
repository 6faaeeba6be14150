"""How the Chinese edition is written, as far as a machine can see it. The words: notebooks/zh/GLOSSARY.md.

Code, links' addresses and quotations of the study note are left out; what remains is prose.
"""

import re
from collections.abc import Iterator

HAN = r"[\u3400-\u9fff]"
_WIDE = "，。：；？（）“”‘’《》、"
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\([^)\s]*\)")
_TAG = re.compile(r"<[^>]+>")
_PAIRS = r"^(?:[^*\n]*\*\*[^*\n]+\*\*)*?[^*\n]*"  # up to a mark that opens
_QUOTED = re.compile(r"^>.*$", re.MULTILINE)

RULES = {  # what is wrong: how it looks
    "a half-width mark beside a Han character": re.compile(rf"{HAN}[,;:?!]|[,;?!] ?{HAN}|{HAN}\(|\){HAN}"),
    "no blank between Han and Latin, digits or code": re.compile(rf"{HAN}[A-Za-z0-9\x60{{]|[A-Za-z0-9\x60}}]{HAN}"),
    "a blank beside a full-width mark": re.compile(rf"(?<=[^\s#|:.-])[ ]+[{_WIDE}]|[{_WIDE}][ ]+(?=[^\s|])"),
    "a line broken between Han characters": re.compile(rf"{HAN}\n{HAN}"),
    "corner brackets": re.compile("[「」『』]"),
    "an exclamation": re.compile("！"),
    "bold that stays raw": re.compile(rf"{_PAIRS}\*\*[^*\n]*[{_WIDE}]\*\*{HAN}|{_PAIRS}(?<={HAN})\*\*[（“‘《]", re.M),
    "a full stop at the end of a heading or a table's cell": re.compile(r"^#.*。$|。 *\|", re.MULTILINE),
    "a count in 亿": re.compile(r"\d ?亿"),
}
BANNED = {  # what is not written: what is
    "图层": "层",
    "映像": "镜像",
    "注册表": "镜像仓库",
    "镜像注册": "镜像仓库",
    "白名单": "whiteout",
    "白障": "whiteout",
    "白化": "whiteout",
    "白文件": "whiteout",
    "遮盖文件": "whiteout",
    "(?<!不)透明目录": "不透明目录",
    "不透明文件夹": "不透明目录",
    "写时拷贝": "写时复制",
    "复制上移": "copy-up",
    "索引节点": "inode",
    "页面缓存": "页缓存",
    "联合加载": "联合挂载",
    "存储驱动程序": "存储驱动",
    "沙盒": "沙箱",
    "迷思": "想法",
    "错误观念": "想法",
    "笔记本": "notebook",
    "档案": "归档",
    "文件夹": "目录",
    "您|大家|同学们": "你",
    "很遗憾|显然": "",
    "檔|資料|預設|快取": "mainland words",
    "它们的|当.{1,12}时，": "a plain sentence",
    "两个层": "两层",
    "一亿": "figures",
}


def prose(text: str) -> str:
    """A text without what is not prose: code stays as one letter between backticks, so that blanks beside it count."""
    text = _QUOTED.sub("", _FENCE.sub("", text))
    text = _LINK.sub("]", _CODE.sub("`x`", text))
    return _TAG.sub("", text)


def wrong(text: str) -> Iterator[str]:
    """What is not as it should be in a text, each with the words around it."""
    plain = prose(text)
    for name, pattern in RULES.items():
        yield from (f"{name}: {_around(plain, found)}" for found in pattern.finditer(plain))
    for form, wanted in BANNED.items():
        for found in re.finditer(form, plain):
            yield f"{found[0]!r} is not written here (wanted: {wanted}): {_around(plain, found)}"


def _around(text: str, found: re.Match[str]) -> str:
    return repr(text[max(0, found.start() - 12) : found.end() + 12])


_MARKUP = re.compile(r"<(style|script|code|pre)\b.*?</\1>|<[^>]*>", re.DOTALL)
_RUN = re.compile(r"(?<![\w/.$:=-])[A-Za-z][a-z']+(?:[ ,;]+[A-Za-z][a-z']*)+ [a-z]{2,}(?![\w/=:.(-])")
_PRINTED = re.compile(  # commands that rows are named for; what docker, a shell and Linux say
    r"docker \w+ [\w ]+|echo [\w ]+|yum [\w ]+|daemon off|No such file or directory|dockerfile parse error on line"
    r"|Error response from daemon|did not complete successfully|E: [\w ]+|is a script for [^(]+"
)


def english(said: str) -> list[str]:
    """The runs of three English words or more in what is shown, outside of code, of commands and of what they print."""
    shown = _MARKUP.sub(" ¦ ", _CODE.sub(" ¦ ", _FENCE.sub(" ¦ ", said)))
    return _RUN.findall(_PRINTED.sub(" ¦ ", shown))
