"""Words that a person marks with the rubric; what may be said of them by a machine is in `exercises.essays`."""

from coursekit.exercises.rules import Key

KEY = Key(
    touches={
        "one-kernel": (
            r"\b(host'?s?|one|single|same)\b.{0,40}\bkernel|\bkernel\b.{0,40}\b(host|shared|already)|\bboot"
            r"|宿主机.{0,8}内核|同一个.{0,6}内核|(共享|共用).{0,8}内核|开机|引导"
        ),
        "asks-or-reads": r"\buname\b|os-release",
        "system-calls": r"\bsystem calls?\b|\bsyscalls?\b|\blibrar(y|ies)\b|\blibc\b|系统调用|libc|函数库",
        "limit": (
            r"\b(processors?|cpu|arm64|architecture|modules?|windows|newer|bsd|macos)\b|\bvirtual machines?\b|处理器|架构|arm64|模块|Windows|虚拟机|更新的内核"
        ),
    }
)
