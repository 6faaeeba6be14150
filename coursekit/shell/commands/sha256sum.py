"""md5sum, sha1sum, sha256sum, sha512sum.

Source of words and columns: coreutils.
"""

import hashlib
import re

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, decoded, quoted_if_needed
from coursekit.shell.programs import command


@command("sha256sum [-c] [FILE]…", "md5sum", "sha1sum", "sha512sum")
def sha256sum(process: Process) -> int:
    options = parse(process.args, "cbt", {"check": "c", "binary": "b", "quiet": "q", "status": "s"})
    found, status = process.inputs(options.operands, quoted_if_needed)
    algorithm = process.name.removesuffix("sum")
    if options.has("c"):
        return max([status, *(check(process, decoded(data), algorithm) for _, data in found)])
    for name, data in found:
        digest = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
        process.line(f"{digest} {'*' if options.has('b') else ' '}{name}")
    return status


def check(process: Process, text: str, algorithm: str) -> int:
    """Compare the files with a list of digests."""
    failed = 0
    for digest, name in re.findall(r"^([0-9a-f]+) [ *](.*)$", text, re.MULTILINE):
        try:
            data = process.read(name)
        except OSError as error:
            process.refuse(error, quoted_if_needed(name))
            process.line(f"{name}: FAILED open or read")
            failed += 1
            continue
        same = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest() == digest
        failed += not same
        process.line(f"{name}: {'OK' if same else 'FAILED'}")
    if failed:
        process.complain(f"WARNING: {failed} computed checksum{'s' if failed > 1 else ''} did NOT match")
    return int(failed > 0)
