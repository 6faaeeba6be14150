"""Words that a person marks with the rubric; what may be said of them by a machine is in `exercises.essays`."""

from coursekit.exercises.rules import Key

KEY = Key(
    touches={
        "one-kernel": (
            r"\b(host'?s?|one|single|same)\b.{0,40}\bkernel|\bkernel\b.{0,40}\b(host|shared|already)|\bboot"
        ),
        "asks-or-reads": r"\buname\b|os-release",
        "system-calls": r"\bsystem calls?\b|\bsyscalls?\b|\blibrar(y|ies)\b|\blibc\b",
        "limit": (r"\b(processors?|cpu|arm64|architecture|modules?|windows|newer|bsd|macos)\b|\bvirtual machines?\b"),
    }
)
