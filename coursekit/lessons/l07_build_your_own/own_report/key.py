"""Words that a person marks with the rubric; what may be said of them by a machine is in `exercises.essays`."""

from coursekit.exercises.rules import Key

KEY = Key(
    touches={
        "name": r"\b(?=\w*\d)[0-9a-f]{7,64}\b|\bsha256\b|\bIDs?\b|\bdigest\b",
        "sizes": r"\b(travels?|compressed|unpacked|download\w*|tars?|on disk)\b",
        "layers": r"\blayers?\b",
        "owners": r"\b(packages?|dpkg|rpm|apk|owns?|owned|owners?)\b",
        "lost": r"\b(lost|deleted|replaced|wasted|still stored|stored again|whiteouts?)\b",
        "change": r"\b(would|should|saves?|install only|instead)\b",
    }
)
