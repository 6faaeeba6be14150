"""The same of an essay in Chinese: known false statements, how long it is, where its sentences end.

A Han character has no blank beside it, and to `re` it is a letter: no pattern here needs an edge of a word.

Pure. Neighbour: `essays`, which asks both languages of every text.
"""

import re

HAN = re.compile(r"[\u3400-\u9fff]")
LEAST = 80  # 字 of an essay
DIFFERENT = 40  # different 字 of a real attempt
_CLAUSE = re.compile(r"[，；：。！？,;:]|但是?|而且?|因为|所以|虽然")
_DENIED = re.compile(r"不|没|无|并非|非但|未|别|从不|而不是|误解|以为|其实|错")
_ALL = r"(?:每个|每一个|各个|各自|都|所有)"

# belief: patterns of a clause that states it
FALSE: dict[str, tuple[str, ...]] = {
    "image-has-a-kernel": (
        r"(?:用|使用|运行).{0,4}镜像(?:里|中|自带)?的.{0,4}内核",
        r"/boot.{0,6}(?:有|是|放着|装着).{0,6}内核|内核.{0,6}/boot",
        r"(?:删掉|删除|去掉|移除).{0,4}内核",
        r"镜像.{0,12}(?:有|带|包含|含有|装着|自带|包括).{0,10}内核",
        r"容器.{0,10}(?:有|带|用|运行|启动|加载).{0,6}(?:自己|独立|单独|专用|各自)的?.{0,8}内核",
        r"内核.{0,8}(?:在|装在|放在|存在|来自|属于).{0,6}(?:镜像|基础镜像|容器|层)(?!.{0,6}外)",
        r"(?:安装|下载|解压|拉取|加上).{0,10}内核",
        r"容器.{0,12}(?:加载|载入|引导).{0,10}内核",
        r"内核.{0,6}(?:占|有|大约|约).{0,8}\d",
        r"(?:大部分|主要|多数|其余|剩下).{0,12}(?:是|来自).{0,6}内核",
        r"(?:可以|应该|应当|先).{0,8}(?:删|去掉|移除|拿掉).{0,6}内核",
    ),
    "container-boots": (
        r"容器.{0,12}(?:开机|引导)",
        r"容器.{0,8}(?:是|就是|相当于).{0,6}虚拟机",
        r"(?:Docker|docker).{0,10}(?:引导|开机)",
        r"(?:Docker|docker).{0,10}(?:是|就是|相当于|像).{0,8}(?:虚拟机|hypervisor)",
        r"(?:hypervisor|虚拟机监控器|虚拟机管理程序).{0,12}(?:启动|运行|下载|加载)",
        r"容器.{0,10}(?:有|带|自带).{0,6}(?:bootfs|引导程序|bootloader)",
    ),
    "run-copies-the-image": (
        r"(?:每个|各个|启动|运行|新).{0,8}容器.{0,16}(?:完整|整个|全部|自己的?|一份).{0,8}(?:副本|拷贝|复制)",
        r"(?:复制|拷贝).{0,8}(?:整个|全部|完整的?)?镜像",
        r"把.{0,6}镜像.{0,10}(?:复制|拷贝)",
    ),
    "containers-share-the-writable-layer": (
        r"(?:改|写|删).{0,16}(?:其他|别的|另外|所有)(?:的)?容器.{0,8}(?:也|都|就).{0,6}(?:看到|看见|变|改|坏|没)",
        r"容器.{0,6}(?:共享|共用).{0,8}(?:可写层|容器层)",
    ),
    "writing-edits-the-image": (
        r"(?:写|改动|修改|更改).{0,12}(?:改变|修改|改了|写进|存进|存在|保存到).{0,6}镜像",
        r"镜像.{0,6}(?:可以|能|会)被?(?:修改|改写|写入)",
    ),
    "reading-copies-up": (r"读.{0,12}(?:复制|拷贝).{0,10}(?:到|进|上)", r"一读.{0,8}(?:复制|拷贝)"),
    "stopping-loses-changes": (r"(?:停止|停掉|重启|退出).{0,16}(?:丢|消失|没了|清空|不见)",),
    "later-rm-shrinks": (
        r"(?:后面|后一|下一|另一|最后|再加).{0,10}(?:rm|RUN|删).{0,16}(?:变小|减小|缩小|省|腾出|更小)",
        r"(?:rm|删除|删掉).{0,16}(?:后面|后一|下一|另一|最后).{0,10}(?:变小|减小|缩小|省|腾出|更小)",
    ),
    "engine-does-the-work": (
        r"(?:Docker|引擎).{0,16}(?:翻译|转换|模拟|仿真|解释)",
        r"(?:翻译|模拟|解释).{0,16}(?:Docker|引擎)",
        r"(?:系统调用|内核).{0,10}(?:翻译|转换|模拟|仿真)",
    ),
    "tools-are-the-hosts": (
        r"(?:用|使用|借用).{0,6}(?:宿主机|CentOS).{0,6}(?:libc|函数库|库|shell|工具|文件)",
        r"(?:libc|函数库|shell|工具|文件|MB|兆).{0,8}(?:来自|取自|是).{0,3}宿主机",
    ),
    "hosts-files-shine-through": (r"容器.{0,8}(?:看到|看得到|看见|读到|共用|共享).{0,6}宿主机的?.{0,4}文件",),
    "lost-is-not-stored": (
        r"删(?:掉|除)?(?:了)?的?文件.{0,8}(?:就|已经|都)?.{0,4}(?:没了|消失|释放|不存在|不占)",
        r"(?:什么都|一点也?)(?:没有|没|不)(?:白占|浪费).{0,16}删",
    ),
    "env-makes-a-layer": (
        r"(?:ENV|CMD|EXPOSE|配置).{0,10}(?:占|要|需要|花).{0,6}[1-9][\d.,]* ?(?:MB|kB|兆|字节)",
        r"(?:每条|每一条|每个).{0,4}指令.{0,8}(?:都)?.{0,4}(?:一层|一个层)",
    ),
    "fewer-layers-shrink": (
        r"(?:合并|合成|减少).{0,12}(?:层|RUN|ENV|指令).{0,16}(?:变小|更小|缩小|省)",
        r"(?:层|RUN|ENV|指令).{0,8}(?:合并|合成一).{0,16}(?:变小|更小|缩小|省)",
    ),
    "vm-shares-the-kernel": (r"虚拟机.{0,12}(?:大|几个 ?GB).{0,12}(?:没有?压缩|未压缩|桌面|不分层)",),
    "bullseye-is-133": (r"1\.21\.3.{0,16}(?:bullseye|Debian 11)", r"(?:bullseye|Debian 11).{0,12}133"),
    "same-repository-shares": (r"(?:同一个?|相同的?)(?:标签|名字|tag).{0,12}(?:共享|共用)",),
    "memory-always-shared": (
        r"(?:哪种|任何|所有|每种).{0,6}驱动.{0,12}内存.{0,8}(?:一份|共享|共用)",
        r"内存.{0,16}(?:哪种|任何|所有|每种).{0,4}驱动",
    ),
    "rm-frees-space": (r"容器里.{0,8}(?:rm|删).{0,16}(?:腾出|释放|省|变小)",),
    "image-sets-uname": (
        r"uname.{0,12}(?:读|来自).{0,6}(?:镜像|文件)",
        r"uname.{0,16}(?:显示|输出|打印|看到|是).{0,8}(?:Debian|镜像|容器)",
    ),
    "host-sets-release": (r"os-release.{0,16}(?:显示|输出|写着|看到|是).{0,8}(?:CentOS|宿主机)",),
    "package-is-the-bulk": (r"nginx.{0,6}(?:本身|自己|软件包|程序).{0,12}(?:大部分|占了大|最大|主要)",),
    "docker-images-size-travels": (
        r"133 ?(?:MB|兆).{0,10}(?:下载|传输|拉取)",
        r"(?:下载|传输|拉取).{0,10}133 ?(?:MB|兆)",
    ),
    "pull-fetches-all": (r"(?:拉取|推送|pull|push).{0,10}(?:总是|每次|都).{0,10}(?:全部|所有|整个)",),
    "memory-per-container": (
        r"内存.{0,6}(?:有|是)?.{0,4}(?:五十|50) ?份",
        rf"{_ALL}.{{0,4}}容器.{{0,16}}(?:自己|独立|单独|一份).{{0,8}}内存",
    ),
    "layers-travel-in-parts": (
        r"只.{0,8}(?:传|发送|推送|拉取|下载|上传).{0,8}(?:改过|变过|改动|变化|新增|不同)的?.{0,4}(?:文件|字节|块)",
        r"(?:改过|变过|改动|变化|新增|不同)的?.{0,4}(?:文件|字节|块).{0,4}(?:才|才会|需要).{0,4}(?:传|发送|推送|拉取|下载|上传)",
    ),
    "one-container-an-image": (
        r"(?:两|几|多|五十|50).{0,2}个?容器.{0,8}(?:不能|无法|没法).{0,4}同时",
        r"一个镜像.{0,8}(?:只能|仅能|只可以).{0,6}(?:运行|启动|有|跑).{0,4}一个容器",
    ),
    "same-distribution-shares": (r"(?:同一个?|相同的?)发行版.{0,12}(?:共享|共用).{0,8}层",),
}
_RIGHT = {  # words that make of such a clause a right one
    "image-has-a-kernel": r"宿主机|虚拟机",
    "container-boots": r"宿主机",
    "run-copies-the-image": r"vfs|btrfs|devicemapper|copy-up|内存|页缓存",
    "containers-share-the-writable-layer": r"原来|仍|还是",
    "stopping-loses-changes": r"docker rm|删除容器",
    "later-rm-shrinks": r"同一(?:条|层|个)",
    "docker-images-size-travels": r"压缩",
    "package-is-the-bulk": r"只|才",
    "bullseye-is-133": r"两|另|别的|不同|不是",
    "engine-does-the-work": r"虚拟机",
    "fewer-layers-shrink": r"rm|删",
    "tools-are-the-hosts": r"内核",
    "memory-per-container": r"btrfs|vfs|devicemapper|驱动",
    "pull-fetches-all": r"缺|没有的",
}
_EVEN_DENIED = (
    "lost-is-not-stored",
    "one-container-an-image",
    "vm-shares-the-kernel",
)  # what they say has a "no" in it
_REPORTED = re.compile(r"(?:有人|很多人|同事|笔记|作者|初学者|别人).{0,10}(?:说|认为|以为|觉得)")


_DIGITS = {han: digit for digit, han in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[零〇一二两三四五六七八九十百千万亿点]+"
_COUNTED = re.compile(rf"(?<![几数多])({_NUMERAL})(?= ?(?:兆|字节|[MGk]i?B))(兆半)?")


def in_digits(text: str) -> str:
    """Numbers of bytes and shares that are written out, in digits; what is no one number, such as 十几兆, stays.

    >>> in_digits("一百三十三兆，七十二兆半，百分之四十，六千九百万字节，十几兆")
    '133兆，72.5兆，百分之40，69000000字节，十几兆'
    """
    text = re.sub(f"百分之 ?({_NUMERAL})", lambda found: f"百分之{_number(found[1])}", text)
    return _COUNTED.sub(lambda found: f"{_number(found[1])}{'.5兆' if found[2] else ''}", text)


def _number(han: str) -> str:
    """A Chinese numeral in digits."""
    whole, point, part = han.partition("点")
    total = section = digit = 0
    for letter in whole:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter in _PLACES:
            section, digit = section + (digit or 1) * _PLACES[letter], 0
        else:
            total, section, digit = (total + section + digit) * (10**8 if letter == "亿" else 10**4), 0, 0
    digits = "".join(str(_DIGITS[letter]) for letter in part if letter in _DIGITS)
    return f"{total + section + digit}{'.' if point else ''}{digits}"


def is_chinese(text: str) -> bool:
    """Whether a text is mostly in Chinese: more Han characters than Latin words."""
    return len(HAN.findall(text)) > len(re.findall(r"[A-Za-z]+", text))


def stated(sentence: str) -> list[str]:
    """The beliefs that a sentence states."""
    if not HAN.search(sentence) or _REPORTED.search(sentence):
        return []
    sentence = in_digits(sentence)
    found: dict[str, None] = {}
    for clause in (*_CLAUSE.split(sentence), sentence):
        denied = _DENIED.search(clause) is not None
        for belief, patterns in FALSE.items():
            if denied and belief not in _EVEN_DENIED:
                continue
            right = _RIGHT.get(belief)
            if any(re.search(each, clause, re.IGNORECASE) for each in patterns) and not (
                right and re.search(right, clause, re.IGNORECASE)
            ):
                found[belief] = None
    return list(found)
