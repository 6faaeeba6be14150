"""Words that a person marks with the rubric; what may be said of them by a machine is in `exercises.essays`."""

from coursekit.exercises.rules import Key

KEY = Key(
    touches={
        "read-only": (
            r"read-?only|can(not|'t| not| never) be (changed|written)|nobody (can|may) (change|write)|no one (can|may) (change|write)|none of them can be changed"
            r"|immutable|unchang|never change|只读|不变|不会变|改不了"
        ),
        "own-layer": (
            r"\bown (\w+ )?layer|copy-?up|copied up|upperdir|\bupper director|(writable|container|thin|private) layer|layer on top|\bcontainer's (own )?layer|自己的.{0,4}层|容器层|可写层|复制到上层"
        ),
        "memory": (
            r"^(?=.*\b(memory|page cache|ram)\b)(?=.*\b(drivers?|overlay2?|btrfs|vfs|devicemapper|zfs)\b)"
            r"|^(?=.*(内存|页缓存))(?=.*(驱动|overlay2?|btrfs|vfs|devicemapper|zfs))"
        ),
        "wire": (
            r"^(?=.*\b(push(es|ed|ing)?|pull(s|ed|ing)?|network|travels?|downloads?|sen[dt]s?|registry|transfers?)\b)(?=.*(\bdigests?\b|\bmissing\b|\black|\balready\b|\bskips?\b|\b(do|does)(n't| not) have\b|\bjust those\b))"
            r"|^(?=.*(推送|拉取|网络|传输|下载))(?=.*(摘要|缺|没有的|已经有))"
        ),
        "limit": (
            r"\bnot share|\bdifferent (day|build|base|version)|\blimits?\b|\b(btrfs|vfs|devicemapper)\b|\brebuil"
            r"|不(能)?共享|不同的|btrfs|vfs|devicemapper|重新构建"
        ),
    }
)
