"""Words that a person marks with the rubric; what may be said of them by a machine is in `exercises.essays`."""

from coursekit.exercises.rules import Key

KEY = Key(
    touches={
        "read-only": r"read-?only|can(not| be| never be)? (be )?changed|immutable|unchang|never change|只读|不变|不会变|改不了",
        "own-layer": r"\bown (\w+ )?layer|copy-?up|copied up|upperdir|(writable|container) layer|自己的.{0,4}层|容器层|可写层|复制到上层",
        "memory": r"\b(memory|page cache|ram)\b|内存|页缓存",
        "wire": r"\b(push(es)?|pulls?|network|digests?|travels?|downloads?|sends?)\b|推送|拉取|网络|摘要|传输|下载",
        "limit": r"\bnot share|\bdifferent\b|\blimits?\b|\b(btrfs|vfs|devicemapper)\b|\brebuil|不(能)?共享|不同的|btrfs|vfs|devicemapper|重新构建",
    }
)
