"""What ends the normal flow of a script: an error of the shell itself, or `exit`, `return`, `break`, `continue`."""


class ShellError(Exception):
    """An error of the shell (not of a command): printed as `sh: LINE: message`; ends the script with `status`."""

    def __init__(self, message: str, status: int = 2, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.line = line


class LimitReached(ShellError):
    """More than the teaching shell gives to one exec: everything ends, not one subshell alone."""


class Exited(Exception):
    """`exit`: the shell ends with `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Returned(Exception):
    """`return`: the function ends with `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LoopLeft(Exception):
    """`break` and `continue`, out of `depth` loops."""

    def __init__(self, depth: int, again: bool) -> None:
        super().__init__(depth)
        self.depth = depth
        self.again = again
