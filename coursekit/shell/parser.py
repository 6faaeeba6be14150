"""Tokens to commands, by recursive descent; one complete command at a time, as a shell reads its input.

    next_command → sequence → and_or → pipeline → command → simple | compound

A syntax error therefore stops a script at its line, after the lines before it have run: so does dash.

Source: POSIX.1-2017, Shell Command Language, 2.10; messages as dash words them.
"""

from coursekit.shell.exits import ShellError
from coursekit.shell.lexer import NAME, Kind, Lexer, Token
from coursekit.shell.syntax import (
    AndOr,
    Assignment,
    Case,
    Command,
    CommandList,
    For,
    Function,
    Group,
    HereDocument,
    If,
    Literal,
    Pipeline,
    Redirect,
    Redirected,
    Simple,
    Subshell,
    While,
    Word,
)

RESERVED = frozenset(
    ["!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until", "while"]
)
CLOSING = frozenset(["}", "do", "done", "elif", "else", "esac", "fi", "then"])
REDIRECTIONS = frozenset(("<", ">", ">>", ">|", "<>", "<&", ">&", "<<", "<<-"))
OPENING = frozenset(["{", "case", "for", "if", "until", "while"])


class Parser:
    """Parses `source` into the commands it holds."""

    def __init__(self, source: str, lexer: Lexer | None = None) -> None:
        self.lexer = lexer or Lexer(source, parse_inside)
        self.ahead: Token | None = None
        self.awaited: list[str] = []  # what closes the compound commands that are open

    def next_command(self) -> CommandList | None:
        """The commands of the next line (or more, if they span lines); None at the end."""
        self.skip_newlines()
        if self.peek().kind is Kind.END:
            return None
        items = self.and_ors(line_only=True)
        if self.peek().kind not in (Kind.NEWLINE, Kind.END):
            raise self.unexpected()
        return CommandList(items)

    def peek(self) -> Token:
        if self.ahead is None:
            self.ahead = self.lexer.next_token()
        return self.ahead

    def take(self) -> Token:
        token = self.peek()
        self.ahead = None
        return token

    def at_operator(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind is Kind.OPERATOR and token.text in texts

    def at_word(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind is Kind.WORD and token.text in texts

    def unexpected(self, expecting: str = "") -> ShellError:
        token = self.peek()
        match token.kind:
            case Kind.END | Kind.NEWLINE:
                found = token.kind.value
            case Kind.OPERATOR if token.text in REDIRECTIONS:
                found = "redirection"
            case Kind.WORD if token.text not in RESERVED:
                found = "word"
            case _:
                found = f'"{token.text}"'
        if token.kind is Kind.END and self.awaited and not expecting:
            expecting = self.awaited[-1]
        shown = expecting if expecting == "word" else f'"{expecting}"'
        wanted = f" (expecting {shown})" if expecting else ""
        return ShellError(f"Syntax error: {found} unexpected{wanted}", 2, token.line)

    def expect_word(self, text: str) -> None:
        if not self.at_word(text):
            raise self.unexpected(text)
        self.take()

    def skip_newlines(self) -> None:
        while self.peek().kind is Kind.NEWLINE:
            self.take()

    def sequence(self, awaited: str) -> CommandList:
        """Commands up to a closing word or parenthesis, which `awaited` names; at least one."""
        self.awaited.append(awaited)
        self.skip_newlines()
        items = self.and_ors(line_only=False)
        self.awaited.pop()
        return CommandList(items)

    def and_ors(self, line_only: bool) -> tuple[AndOr, ...]:
        items = [self.and_or()]
        while True:
            if self.at_operator("&"):
                line = self.take().line
                raise ShellError("the teaching shell runs one thing at a time: no background jobs (&)", 2, line)
            if self.at_operator(";"):
                self.take()
            elif self.peek().kind is not Kind.NEWLINE or line_only:
                return tuple(items)
            if not line_only:
                self.skip_newlines()
            if self.at_end():
                return tuple(items)
            items.append(self.and_or())

    def at_end(self) -> bool:
        token = self.peek()
        return (
            token.kind in (Kind.END, Kind.NEWLINE)
            or self.at_operator(")", ";;")
            or (token.kind is Kind.WORD and token.text in CLOSING)
        )

    def and_or(self) -> AndOr:
        first = self.pipeline()
        rest: list[tuple[str, Pipeline]] = []
        while self.at_operator("&&", "||"):
            operator = self.take().text
            self.skip_newlines()
            rest.append((operator, self.pipeline()))
        return AndOr(first, tuple(rest))

    def pipeline(self) -> Pipeline:
        negated = False
        if self.at_word("!"):
            self.take()
            negated = True
        commands = [self.command()]
        while self.at_operator("|"):
            self.take()
            self.skip_newlines()
            commands.append(self.command())
        return Pipeline(tuple(commands), negated)

    def command(self) -> Command:
        token = self.peek()
        if self.at_operator("(") or (token.kind is Kind.WORD and token.text in OPENING):
            command = self.compound()
            redirects = []
            while self.at_redirection():
                redirects.append(self.redirect())
            return Redirected(command, tuple(redirects)) if redirects else command
        return self.simple()

    def compound(self) -> Command:
        token = self.take()
        match token.text:
            case "(":
                body = self.sequence(")")
                if not self.at_operator(")"):
                    raise self.unexpected(")")
                self.take()
                return Subshell(body)
            case "{":
                body = self.sequence("}")
                self.expect_word("}")
                return Group(body)
            case "if":
                return self.if_clause()
            case "for":
                return self.for_clause()
            case "case":
                return self.case_clause()
            case _:
                condition = self.sequence("do")
                return While(condition, self.do_group(), until=token.text == "until")

    def if_clause(self) -> If:
        branches: list[tuple[CommandList, CommandList]] = []
        otherwise = None
        while True:
            condition = self.sequence("then")
            self.expect_word("then")
            branches.append((condition, self.sequence("fi")))
            if not self.at_word("elif"):
                break
            self.take()
        if self.at_word("else"):
            self.take()
            otherwise = self.sequence("fi")
        self.expect_word("fi")
        return If(tuple(branches), otherwise)

    def do_group(self) -> CommandList:
        self.skip_newlines()
        self.expect_word("do")
        body = self.sequence("done")
        self.expect_word("done")
        return body

    def for_clause(self) -> For:
        token = self.take()
        if token.kind is not Kind.WORD or not NAME.fullmatch(token.text):
            raise ShellError("Syntax error: Bad for loop variable", 2, token.line)
        self.skip_newlines()
        words: tuple[Word, ...] | None = None
        if self.at_word("in"):
            self.take()
            words = self.words_until_separator()
        elif self.at_operator(";"):
            self.take()
        return For(token.text, words, self.do_group())

    def words_until_separator(self) -> tuple[Word, ...]:
        words = []
        while self.peek().kind is Kind.WORD:
            words.append(self.take().word)
        if not self.at_operator(";") and self.peek().kind is not Kind.NEWLINE:
            raise self.unexpected()
        self.take()
        return tuple(words)

    def case_clause(self) -> Case:
        if self.peek().kind is not Kind.WORD:
            raise self.unexpected("word")
        word = self.take().word
        self.skip_newlines()
        self.expect_word("in")
        arms: list[tuple[tuple[Word, ...], CommandList]] = []
        self.skip_newlines()
        while not self.at_word("esac"):
            arms.append(self.case_arm())
            self.skip_newlines()
        self.take()
        return Case(word, tuple(arms))

    def case_arm(self) -> tuple[tuple[Word, ...], CommandList]:
        if self.at_operator("("):
            self.take()
        patterns = []
        while True:
            if self.peek().kind is not Kind.WORD:
                raise self.unexpected(")")
            patterns.append(self.take().word)
            if not self.at_operator("|"):
                break
            self.take()
        if not self.at_operator(")"):
            raise self.unexpected(")")
        self.take()
        self.skip_newlines()
        body = CommandList(()) if self.at_operator(";;") or self.at_word("esac") else self.sequence(";;")
        if self.at_operator(";;"):
            self.take()
        elif not self.at_word("esac"):
            raise self.unexpected(";;")
        return tuple(patterns), body

    def at_redirection(self) -> bool:
        token = self.peek()
        return token.kind is Kind.OPERATOR and token.text in REDIRECTIONS

    def redirect(self) -> Redirect:
        token = self.take()
        if self.peek().kind is not Kind.WORD:
            raise self.unexpected()
        target = self.take().word
        fd = token.fd if token.fd is not None else (0 if token.text.startswith("<") else 1)
        if not token.text.startswith("<<"):
            return Redirect(fd, token.text, target)
        quoted = any(isinstance(part, Literal) and part.quoted for part in target)
        delimiter = "".join(part.text for part in target if isinstance(part, Literal))
        document = HereDocument(delimiter, quoted, strip_tabs=token.text == "<<-")
        self.lexer.pending.append(document)
        return Redirect(fd, "<<", document)

    def simple(self) -> Command:
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        line = self.peek().line
        if self.peek().kind is Kind.WORD and self.peek().text in CLOSING:
            raise self.unexpected()
        while True:
            if self.at_redirection():
                redirects.append(self.redirect())
            elif self.peek().kind is Kind.WORD:
                word = self.take().word
                assignment = None if words else as_assignment(word)
                if assignment:
                    assignments.append(assignment)
                else:
                    words.append(word)
            elif self.at_operator("(") and len(words) == 1 and not assignments and not redirects:
                return self.function(words[0])
            else:
                break
        if not (assignments or words or redirects):
            raise self.unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirects), line)

    def function(self, name: Word) -> Function:
        line = self.take().line
        if not self.at_operator(")"):
            raise self.unexpected(")")
        self.take()
        if len(name) != 1 or not isinstance(name[0], Literal) or not NAME.fullmatch(name[0].text):
            raise ShellError("Syntax error: Bad function name", 2, line)
        self.skip_newlines()
        return Function(name[0].text, self.command())


def as_assignment(word: Word) -> Assignment | None:
    """The assignment that the word is, if it begins with an unquoted `name=`."""
    if not word or not isinstance(word[0], Literal) or word[0].quoted:
        return None
    name, equals, value = word[0].text.partition("=")
    if not equals or not NAME.fullmatch(name):
        return None
    return Assignment(name, ((Literal(value), *word[1:]) if value else word[1:]))


def parse_inside(lexer: Lexer) -> tuple[CommandList, ...]:
    """The script of a command substitution, up to and with its closing parenthesis."""
    parser = Parser("", lexer)
    pending, lexer.pending = lexer.pending, []
    parser.skip_newlines()
    body = () if parser.at_operator(")") else (parser.sequence(")"),)
    if not parser.at_operator(")"):
        raise parser.unexpected(")")
    parser.take()
    lexer.pending = pending
    return body
