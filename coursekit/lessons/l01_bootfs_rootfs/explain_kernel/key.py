"""Words that a person marks with the rubric; what may be said of them by a machine is in `exercises.essays`."""

from coursekit.exercises.rules import Key

KEY = Key(
    touches={
        "one-kernel": (
            r"\b(host|centos|server|machine)('?s)?\b.{0,40}\bkernel|\b(one|single|same)\b.{0,12}\bkernel\b(?! version)|\bkernel\b.{0,40}\b(host|server|machine|centos|shared|already)|\b(no|not|never|nothing)\b.{0,30}\bboot"
            r"|宿主机.{0,8}内核|同一个.{0,6}内核|(共享|共用).{0,8}内核|(不|没|无).{0,6}(开机|引导)"
        ),
        "asks-or-reads": (
            r"^(?=.*\buname\b.{0,80}(kernel|host|server|outside|CentOS))(?=.*os-release.{0,80}(file|image|Debian))"
            r"|^(?=.*uname.{0,40}(内核|宿主机))(?=.*os-release.{0,40}(文件|镜像|Debian))"
        ),
        "system-calls": (
            r"\bsystem calls?\b|\bsyscalls?\b|\b(own|bring|carr\w+|with)\b.{0,20}\b(librar(y|ies)|libc)\b|\blibrar(y|ies)\b.{0,40}\bimage\b|系统调用|(自带|带着|自己的).{0,6}(libc|函数库|库)"
        ),
        "limit": (
            r"\b(processors?|cpu|arm(64)?|amd64|x86\S*|architecture|too old|older kernel|modules?|windows|newer|\w*bsd|macos)\b|处理器|架构|arm64|模块|Windows|更新的内核|比.{0,8}新"
        ),
    }
)
