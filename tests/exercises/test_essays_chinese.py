"""Essays, figures and answers that were typed in Chinese are read as those in English are."""

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.dress import dressed
from coursekit.exercises.essays import attempted, false_statements, long_enough, touched
from coursekit.exercises.forms import Choose, Number, Text
from coursekit.lessons.l06_nginx_133mb.figures_key import contradictions

FALSE = (
    ("镜像里带着一个 Linux 内核，所以才这么大。", "image-has-a-kernel"),
    ("每个容器都运行自己的内核。", "image-has-a-kernel"),
    ("其余的 30 MB 是内核。", "image-has-a-kernel"),
    ("容器启动时先加载 Debian 的内核，再加载 rootfs。", "image-has-a-kernel"),
    ("内核占六十兆。", "image-has-a-kernel"),
    ("bullseye 和 133 兆是同一个镜像。", "bullseye-is-133"),
    ("容器启动时要先开机。", "container-boots"),
    ("容器就是一台小虚拟机。", "container-boots"),
    ("每个容器都有镜像的一份完整副本。", "run-copies-the-image"),
    ("docker run 会复制整个镜像。", "run-copies-the-image"),
    ("一个容器改了文件，其他容器也会看到。", "containers-share-the-writable-layer"),
    ("读一个文件会把它复制到容器层。", "reading-copies-up"),
    ("容器停止以后，改动就丢了。", "stopping-loses-changes"),
    ("在后面再加一条 RUN rm，镜像就变小了。", "later-rm-shrinks"),
    ("nginx 本身占了大部分。", "package-is-the-bulk"),
    ("拉取时总是下载全部的层。", "pull-fetches-all"),
    ("容器用镜像里的内核。", "image-has-a-kernel"),
    ("镜像的 /boot 里有内核。", "image-has-a-kernel"),
    ("我会先删掉内核。", "image-has-a-kernel"),
    ("Docker 就是一台轻量的虚拟机。", "container-boots"),
    ("hypervisor 会启动 Debian 镜像。", "container-boots"),
    ("Docker 把 Debian 的系统调用翻译成 CentOS 的。", "engine-does-the-work"),
    ("引擎模拟了 Debian 的内核。", "engine-does-the-work"),
    ("程序用的是宿主机的 libc。", "tools-are-the-hosts"),
    ("Debian 的 69.3 MB 来自宿主机。", "tools-are-the-hosts"),
    ("容器看得到宿主机的文件。", "hosts-files-shine-through"),
    ("uname -r 显示 Debian 的版本。", "image-sets-uname"),
    ("uname -r 读的是镜像里的文件。", "image-sets-uname"),
    ("os-release 写着 CentOS。", "host-sets-release"),
    ("内存里有五十份。", "memory-per-container"),
    ("不管哪种驱动，所有驱动的内存里都只有一份。", "memory-always-shared"),
    ("相同标签的镜像共享层。", "same-repository-shares"),
    ("删掉的文件已经没了。", "lost-is-not-stored"),
    ("删除的文件都释放了。", "lost-is-not-stored"),
    ("ENV 和 CMD 要占 80 MB。", "env-makes-a-layer"),
    ("每条指令都是一层。", "env-makes-a-layer"),
    ("把几条 RUN 合并，镜像就更小。", "fewer-layers-shrink"),
    ("虚拟机大，是因为没有压缩。", "vm-shares-the-kernel"),
    ("nginx:1.21.3 用的是 bullseye。", "bullseye-is-133"),
)
RIGHT = (
    "镜像里没有内核，容器用的是宿主机的内核。",
    "容器不用开机，它只是宿主机上的一个进程。",
    "读文件时什么都不复制，改之前才会复制到上层。",
    "容器停止以后改动还在，docker rm 之后才没有。",
    "笔记说读文件会把它复制到容器层，这一句要改。",
    "虚拟机带着自己的内核，容器没有。",
    "拉取只下载缺的那几层。",
    "删掉的文件还存在下层里。",
    "bullseye 和 133 MB 属于两个镜像。",
    "ENV 和 CMD 不占字节。",
    "虚拟机带着自己的内核，所以大。",
    "程序用镜像自带的 libc。",
    "内核是宿主机的，文件来自镜像。",
    "用 vfs 的话，每个容器在内存里各有一份。",
    "uname -r 问的是宿主机的内核，os-release 写着 Debian。",
    "把 rm 合到装字体的那条 RUN 里，能省 2.9 MB。",
)
GOOD = (
    "宿主机只有一个内核，所有容器共用它。容器里的程序通过系统调用请内核做事，libc 只是把调用包了一层。"
    "uname -r 问的是内核，所以答的是宿主机的版本；os-release 是镜像里的一个文件，读出来当然是 Debian。"
    "这有个限度：处理器架构要一样，程序要的内核功能不能比宿主机的新，Windows 的程序也跑不了。"
)


@pytest.mark.parametrize(("sentence", "belief"), FALSE)
def test_a_known_false_statement_is_flagged(sentence: str, belief: str) -> None:
    assert f"not: {belief}" in [outcome.claim for outcome in false_statements(sentence)]


@pytest.mark.parametrize("sentence", RIGHT)
def test_a_right_statement_is_not(sentence: str) -> None:
    assert list(false_statements(sentence)) == []


def test_a_right_essay_touches_every_point_and_is_an_attempt() -> None:
    exercise = catalogue.exercise("explain-kernel")
    points = touched(GOOD, exercise.touches)
    assert all(points)
    assert attempted(GOOD, points) and long_enough(GOOD).ok
    assert not long_enough("镜像很小。").ok


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("约133MB的镜像", [True]),
        ("下载５３.８兆，解压后１３３兆", [True, True]),
        ("基础镜像有 69.3 MB", [True]),
        ("内核占了 30 MB", [False]),
        ("压缩以后只剩百分之四十", [True]),
        ("基础镜像有七十二兆半", [False]),
        ("压缩以后只剩百分之 40", [True]),
    ],
)
def test_figures_are_compared(text: str, holds: list[bool]) -> None:
    found = contradictions(text, lambda key, **values: key)
    assert [each.ok for each in found if each.claim.startswith("the figure")] == holds


@pytest.mark.parametrize(
    ("form", "typed", "meant"),
    [
        (Number("MB"), "１３３", 133),
        (Number("bytes"), "１，２３４", 1234),
        (Choose({"yes": "是", "no": "不是"}), "“是”", "yes"),
        (Choose({"base": "base", "app": "app"}), "　ｂａｓｅ ", "base"),
        (Choose({"a": "a", "b": "b"}, many=True), "a、b", ["a", "b"]),
        (Text(), "／ｅｔｃ／ｍｏｔｄ", "/etc/motd"),
    ],
)
def test_what_an_input_method_writes_wide_means_the_same(form: object, typed: str, meant: object) -> None:
    assert dressed(form, typed) == meant  # type: ignore[arg-type]
