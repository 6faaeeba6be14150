"""Words that a person marks with the rubric; what may be said of them by a machine is in `exercises.essays`."""

from coursekit.exercises.rules import Key

KEY = Key(
    touches={
        "name": r"\b(?=\w*\d)[0-9a-f]{7,64}\b|\bsha256\b|\bIDs?\b|\bdigest\b|摘要|sha256|镜像 ?ID",
        "sizes": r"\b(travels?|compressed|unpacked|download\w*|tars?|on disk)\b|传输|压缩|解压|下载|磁盘上",
        "layers": r"\blayers?\b|层",
        "owners": r"\b(packages?|dpkg|rpm|apk|owns?|owned|owners?)\b|软件包|dpkg|rpm|apk|属于",
        "lost": r"\b(lost|deleted|replaced|wasted|still stored|stored again|whiteouts?)\b|删|替换|白占|还存着|whiteout",
        "change": r"\b(would|should|saves?|install only|instead)\b|可以|能省|省下|改成|只装",
    }
)
