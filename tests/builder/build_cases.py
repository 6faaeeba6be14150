"""What docker was asked about building: Dockerfiles over the small image of docker_cases.py, with their contexts."""

from typing import Any

CONTEXT: dict[str, str] = {
    "a.txt": "one\n",
    "b.txt": "two\n",
    "c.log": "log\n",
    "run.sh": "#!/bin/sh\necho ran\n",
    "d/x": "x\n",
    "d/e/y": "y\n",
    "d/z.log": "z\n",
    "with space": "s\n",
}
# name -> Dockerfile after `FROM cases:1` (or whole, if it has a FROM), and what else is given
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "env": ("ENV A=2 B='x y' C=$A\nENV D one two\nENV E=${A:-no}${NONE:-yes}${A:+set}", {}),
    "label": ("LABEL one=1 \"two words\"='3 4'\nLABEL three four", {}),
    "workdir": ("WORKDIR /w/a\nWORKDIR b\nWORKDIR /etc", {}),
    "expose": ("EXPOSE 80\nEXPOSE 53/udp 443", {}),
    "volume": ('VOLUME /a\nVOLUME ["/b", "/c"]', {}),
    "user": ("USER root\nUSER 5:6", {}),
    "cmd-shell": ("CMD echo $A hi", {}),
    "cmd-exec": ('CMD ["echo", "hi"]', {}),
    "entrypoint": ('ENTRYPOINT ["/bin/echo", "a b"]', {}),
    "entrypoint-cmd": ('CMD ["x"]\nENTRYPOINT echo y', {}),
    "stopsignal": ("STOPSIGNAL SIGQUIT", {}),
    "healthcheck": ("HEALTHCHECK --interval=1m --retries=3 CMD echo ok", {}),
    "shell": ('SHELL ["/bin/sh", "-ec"]\nRUN echo x > /s', {}),
    "onbuild": ("ONBUILD RUN echo x", {}),
    "maintainer": ("MAINTAINER Ada <a@b>", {}),
    "arg": ("ARG V=1\nARG W\nRUN echo $V$W > /v", {"args": {"W": "2"}}),
    "arg-from": ("ARG TAG=1\nFROM cases:$TAG\nARG TAG\nENV T=$TAG", {}),
    "run": ("RUN echo hi > /new && rm /etc/motd\nRUN rm -r /data", {}),
    "run-exec": ('RUN ["/bin/sh", "-c", "echo $0 > /z", "zero"]', {}),
    "run-nothing": ("RUN true", {}),
    "run-continued": ("RUN echo a \\\n # a comment\n && echo b \\\n\n && echo c > /c", {}),
    "run-in-volume": ("RUN echo x > /vol/x", {}),
    "run-user": ("RUN mkdir -m 777 /open\nUSER 7\nWORKDIR /open\nRUN echo x > mine", {}),
    "run-as-user": ("RUN mkdir -m 1777 /t\nUSER 1000\nRUN touch /t/x && mkdir /t/d && chmod 600 /t/x", {}),
    "run-as-group": (
        "RUN mkdir -m 1777 /t && mkdir /g && chgrp 6 /g && chmod 2775 /g\nUSER 5:6\n"
        "RUN touch /t/x && mkdir /g/d && touch /g/f",
        {},
    ),
    "workdir-as-user": ("USER 7\nWORKDIR /w/x\nCOPY a.txt .", {}),
    "copy-file": ("COPY a.txt /new.txt", {}),
    "copy-into": ("COPY a.txt /data/\nCOPY b.txt /data", {}),
    "copy-many": ("COPY *.txt run.sh /t/", {}),
    "copy-directory": ("COPY d /t", {}),
    "copy-all": ("COPY . /t/", {"ignore": "*.log\nd/e\n!d/z.log"}),
    "copy-ignored": ("COPY . /t/", {"ignore": "**/*.log\n"}),
    "copy-json": ('COPY ["with space", "/t/"]', {}),
    "copy-chown": ("COPY --chown=5:6 d /own/t", {}),
    "copy-chown-uid": ("COPY --chown=5 a.txt /own/a", {}),
    "copy-over": ("COPY a.txt /etc/motd", {}),
    "copy-through-link": ("COPY a.txt /abs/a", {}),
    "copy-workdir": ("WORKDIR /w\nCOPY a.txt b.txt ./\nCOPY d e", {}),
    "copy-dot": ("WORKDIR /w\nCOPY a.txt .", {}),
    "copy-from": (
        "FROM cases:1 AS one\nRUN mkdir /o && echo x > /o/f && chown 9:9 /o/f\nFROM cases:1\nCOPY --from=one /o /p",
        {},
    ),
    "copy-from-number": ("FROM cases:1\nRUN echo x > /f\nFROM scratch\nCOPY --from=0 /f /etc/conf /", {}),
    "copy-from-image": ("FROM scratch\nCOPY --from=cases:1 /etc /e", {}),
    "add-file": ("ADD a.txt /t/", {}),
    "scratch": ('FROM scratch\nCOPY a.txt /\nENV A=1\nCMD ["/a"]', {}),
    "stage-on-stage": ("FROM cases:1 AS base\nENV X=1\nRUN echo 1 > /one\nFROM base\nRUN echo $X > /two", {}),
    "stage-unused": ("FROM cases:1 AS no\nRUN false\nFROM cases:1\nENV OK=1", {}),
    "target": ("FROM cases:1 AS a\nENV A=a\nFROM a AS b\nENV A=b", {"target": "a"}),
}
ERRORS: dict[str, tuple[str, dict[str, Any]]] = {
    "run-denied": ("USER 1000\nRUN touch /etc/x", {}),
    "run-denied-in-sticky": ("RUN mkdir -m 1777 /t && touch /t/x\nUSER 1000\nRUN rm -f /t/x", {}),
    "unknown-instruction": ("COPI a b", {}),
    "copy-one": ("COPY a.txt", {}),
    "copy-missing": ("COPY nothing /x", {}),
    "run-false": ("RUN true\nRUN false", {}),
    "run-exit": ("RUN exit 3", {}),
    "run-unknown": ("RUN nosuchprogram", {}),
    "env-one": ("ENV A", {}),
    "expose-bad": ("EXPOSE http", {}),
    "from-three": ("FROM cases:1 AS", {}),
    "from-missing": ("RUN true", {"bare": True}),
    "flag": ("COPY --form=x a b", {}),
    "target-missing": ("ENV A=1", {"target": "nope"}),
    "signal": ("STOPSIGNAL SIGNOPE", {}),
    "unset": ("ENV A=${B:?wanted}", {}),
    "cmd-empty": ("WORKDIR", {}),
    "workdir-file": ("COPY a.txt /t\nCOPY b.txt /t/x", {}),
}


def whole(text: str, given: dict[str, Any]) -> str:
    """The Dockerfile of a case."""
    begins = text.startswith(("FROM", "ARG TAG")) or given.get("bare")
    return text + "\n" if begins else f"FROM cases:1\n{text}\n"
