"""Every error that Selenograph raises on purpose. This module imports nothing.

SelenographError
├── BadInput                what the user typed or wrote cannot be used
│   ├── NotTurtle           a file is no Turtle; line and column
│   ├── BadDate             a literal is no date
│   ├── Unformattable       a file cannot be rewritten without loss
│   ├── BadQuery            a SPARQL text or its form is wrong
│   │   └── TooLarge        an answer is larger than answers may be
│   ├── Forbidden           a query asks for what this endpoint refuses
│   ├── BadParameter        a parameter of a stored query is wrong
│   └── NotInstalled        a package that only this needs is missing
├── Invalid                 the files break a shape or a rule
├── Inconsistent            the statements contradict the ontology
├── NotAcceptable           no format on offer suits the client
├── Unknown                 nothing goes by the name asked for
├── Stopped                 a query was ended before it had an answer
│   ├── TimeLimit           it took longer than it may
│   ├── Lost                its process ended, for want of memory as a rule
│   ├── Unserved            the machine lacks what it needs
│   └── Abandoned           its client is gone
├── ServiceFailed           another endpoint, asked by SERVICE, did not answer
├── Busy                    too many queries wait already
└── NoRelease               there is nothing built to serve
"""

from collections.abc import Mapping, Sequence


class SelenographError(Exception):
    """Base of every error raised on purpose.

    Each class carries the HTTP ``status`` that the server answers with and the
    ``exit_code`` with which the command line ends.
    """

    status = 500
    exit_code = 1
    retry_after: int | None = None
    """After how many seconds the same may be tried again, where that can help."""
    members: Mapping[str, object] = {}
    """What programs may want to know: the members of the problem details (RFC 9457)."""

    def __reduce__(self) -> tuple[object, ...]:
        # As it is, not made anew: the constructors take other arguments than the message.
        return _unpickled, (type(self), self.args, self.__dict__)


def _unpickled(
    kind: type[SelenographError], args: tuple[object, ...], state: dict[str, object]
) -> SelenographError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class BadInput(SelenographError):
    """What the user typed or wrote cannot be used as it stands."""

    status = 400
    exit_code = 2


class NotTurtle(BadInput):
    """A file does not follow https://www.w3.org/TR/turtle/."""

    def __init__(self, path: str, line: int, column: int, why: str) -> None:
        super().__init__(f"{path}:{line}:{column}: not Turtle: {why}.")
        self.path, self.line, self.column, self.why = path, line, column, why


class BadDate(BadInput):
    """A literal is neither an XML Schema date nor an EDTF expression."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f'"{text}" is no date. Write 2023-10-23, 2023-10, 2023 or an EDTF expression'
            " such as 2024-05-07/2024-05-08."
        )
        self.text = text


class Unformattable(BadInput):
    """A file holds something that formatting would lose."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}: {why}")
        self.path, self.line, self.why = path, line, why


class BadQuery(BadInput):
    """A query is not SPARQL, or a stored query lacks part of its header."""


class TooLarge(BadQuery):
    """An answer is larger than the server lets answers be."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The answer is larger than {limit:,} bytes. Add a LIMIT, ask in several queries, "
            "or take the whole graph from /dump.nq."
        )
        self.members = {"limit": limit}


class Forbidden(BadInput):
    """A query asks for something that is refused whatever its form."""

    status = 403


class BadParameter(BadInput):
    """A stored query was given a parameter that it does not take, or a wrong value."""

    def __init__(self, query: str, name: str, why: str) -> None:
        super().__init__(f"Parameter {name} of the query {query}: {why}")
        self.query, self.name, self.why = query, name, why


class NotInstalled(BadInput):
    """What was asked for needs a package that is not installed."""

    def __init__(self, what: str, package: str, extra: str) -> None:
        super().__init__(
            f"{what} needs {package}. Install it with: pip install 'selenograph[{extra}]'"
        )
        self.package = package


class Invalid(SelenographError):
    """The files break shapes or rules; ``selenograph check`` tells which and where."""

    def __init__(self, count: int, report: str) -> None:
        noun = "finding stops" if count == 1 else "findings stop"
        super().__init__(f"{report}\n{count} {noun} the build. Nothing was written.")
        self.count = count


class Inconsistent(SelenographError):
    """The closure under OWL 2 RL holds a contradiction."""

    def __init__(self, causes: Sequence[str]) -> None:
        super().__init__(
            "The statements contradict the ontology (OWL 2 RL). Nothing was written.\n"
            + "\n".join(causes)
        )
        self.causes = tuple(causes)


class NotAcceptable(SelenographError):
    """The client accepts none of the formats on offer (RFC 9110, section 15.5.7)."""

    status = 406
    exit_code = 2

    def __init__(self, wish: str, offered: Sequence[str]) -> None:
        super().__init__(f"No format fits {wish}. On offer are {', '.join(offered)}.")
        self.wish, self.offered = wish, tuple(offered)


class Unknown(SelenographError):
    """Nothing goes by the name or IRI asked for."""

    status = 404
    exit_code = 2


class Stopped(SelenographError):
    """A query was ended before it had an answer."""

    status = 503


class TimeLimit(Stopped):
    """A query, with the time that it waited, took longer than it may."""

    status = 504

    def __init__(self, elapsed: float, limit: float) -> None:
        super().__init__(
            f"The query was stopped after {elapsed:.1f} seconds; {limit:g} are allowed. "
            "Bind more terms, replace paths of any length, or add a LIMIT."
        )
        self.members = {"elapsed": round(elapsed, 3), "limit": limit}


class Lost(Stopped):
    """The process that worked on a query ended."""

    def __init__(self, elapsed: float, memory: int) -> None:
        super().__init__(
            f"The query ended its process after {elapsed:.1f} seconds, as a rule since it needed "
            f"more than {memory:,} bytes of memory. Bind more terms, or sort and group less."
        )
        self.members = {"elapsed": round(elapsed, 3), "memory": memory}


class Unserved(Stopped):
    """The machine lacks what a query needs: the store, or room for its answer."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The server cannot answer now: {why}.")


class Abandoned(Stopped):
    """The client closed its connection; nobody reads this answer."""

    status = 499


class ServiceFailed(SelenographError):
    """Another endpoint, asked by SERVICE, did not answer as it should."""

    status = 502

    def __init__(self, why: str) -> None:
        super().__init__(f"Another endpoint did not answer the query: {why}.")


class Busy(SelenographError):
    """As many queries wait as may (RFC 6585, section 4)."""

    status = 429
    retry_after = 2

    def __init__(self) -> None:
        super().__init__(
            "As many queries as may are at work and waiting already. "
            f"Try again in {self.retry_after} seconds."
        )


class NoRelease(SelenographError):
    """No release has been built where one was looked for."""

    status = 503
    exit_code = 2

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"There is no release in {folder}. Build one with: selenograph build --out {folder}"
        )
        self.folder = folder
