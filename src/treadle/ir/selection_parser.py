"""Reads the selection language.

any      = all { ("or" | "," | space) all }
all      = operand { "and" operand }
operand  = { "not" } [ [depth] "+" ] primary [ "+" [depth] ]
primary  = "(" any ")" | ("roots" | "sinks") "(" any ")" | term
"""

from __future__ import annotations

from treadle.errors import UsageError
from treadle.ir.selection_scanner import Kind, Token, scan, unreadable
from treadle.ir.selection_terms import And, Around, Ends, Not, Or, Selection

__all__ = ["LONGEST_SELECTION", "MOST_NESTING", "parse_selection"]

LONGEST_SELECTION = 10_000
MOST_NESTING = 100

_MOST_DIGITS = 6
_BEGINS_OPERAND: frozenset[Kind] = frozenset({"term", "(", "roots", "sinks"})


def parse_selection(text: str) -> Selection:
    """Read a selection: which assets are meant, in the words of the person who asks.

    >>> print(parse_selection("+orders or (group:raw and not tag:keep)"))
    +key:"orders" or group:"raw" and not tag:"keep"

    Raises:
        UsageError: when it can't be read; the message shows where.
    """
    if not text.strip():
        raise UsageError("a selection can't be empty", fix="write '*' for every asset")
    if len(text) > LONGEST_SELECTION:
        raise UsageError(
            f"a selection can't be longer than {LONGEST_SELECTION:,} characters; this one has {len(text):,}",
            fix="select by group, tag or pattern instead of by name",
        )
    return _Parser(text).selection()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(scan(text))
        self._at = 0
        self._open = 0

    def selection(self) -> Selection:
        selection = self._any()
        if self._now().kind != "end":
            raise self._error("this ')' closes nothing")
        if _height(selection) > MOST_NESTING:
            raise UsageError(f"a selection can't be nested deeper than {MOST_NESTING} levels")
        return selection

    def _now(self) -> Token:
        return self._tokens[self._at]

    def _peek(self, ahead: int = 1) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _error(self, what: str, *, fix: str = "") -> UsageError:
        return unreadable(what, self._text, self._now().start, fix=fix)

    def _any(self) -> Selection:
        operands = [self._all()]
        while self._another():
            operands.append(self._all())
        return operands[0] if len(operands) == 1 else Or(operands=tuple(operands))

    def _another(self) -> bool:
        """Whether one more alternative follows; its 'or' may be a comma, or only a space."""
        token = self._now()
        if token.kind in ("or", ","):
            self._take()
            return True
        if token.kind in ("end", ")"):
            return False
        if token.kind == "+" and self._peek().gap:
            raise self._error("'+' has to stand next to what it belongs to", fix="write '+x', 'x+', or 'x or y'")
        if token.kind == "not" or not token.gap:
            raise self._error(f"expected 'and', 'or' or ',' before {token}")
        return True

    def _all(self) -> Selection:
        operands = [self._operand()]
        while self._now().kind == "and":
            self._take()
            operands.append(self._operand())
        return operands[0] if len(operands) == 1 else And(operands=tuple(operands))

    def _operand(self) -> Selection:
        negations = 0
        while self._now().kind == "not":
            self._take()
            negations += 1
        operand = self._traversal()
        for _ in range(negations):
            operand = Not(operand=operand)
        return operand

    def _traversal(self) -> Selection:
        up = self._above()
        operand = self._primary()
        down = self._below()
        return operand if (up, down) == (0, 0) else Around(operand=operand, up=up, down=down)

    def _above(self) -> int | None:
        if self._is_number() and self._peek().kind == "+" and not self._peek().gap:
            subject = self._peek(2)
            if subject.kind in _BEGINS_OPERAND and not subject.gap:
                depth = self._number()
                self._take()
                return depth
        if self._now().kind != "+":
            return 0
        self._take()
        if self._now().kind == "+":
            raise self._error("expected a term after '+'", fix="write '2+x' for two levels, '+x' for all")
        return None

    def _below(self) -> int | None:
        if self._now().kind != "+" or self._now().gap:
            return 0
        self._take()
        depth = self._number() if self._is_number() and not self._now().gap else None
        if self._now().kind == "+" and not self._now().gap:
            raise self._error("expected the end of a term", fix="write 'x+2' for two levels, 'x+' for all")
        return depth

    def _is_number(self) -> bool:
        return self._now().kind == "term" and self._now().text.isascii() and self._now().text.isdigit()

    def _number(self) -> int:
        if len(self._now().text) > _MOST_DIGITS:
            raise self._error(f"a depth can't have more than {_MOST_DIGITS} digits", fix="leave it out for all levels")
        return int(self._take().text)

    def _primary(self) -> Selection:
        token = self._now()
        if token.kind == "(":
            return self._parenthesised()
        if token.kind in ("roots", "sinks"):
            self._take()
            return Ends(which="roots" if token.kind == "roots" else "sinks", operand=self._parenthesised())
        if token.term is None:
            raise self._error(f"expected an asset, 'attribute:value', a function or '(', found {token}")
        self._take()
        return token.term

    def _parenthesised(self) -> Selection:
        opening = self._take()
        self._open += 1
        if self._open > MOST_NESTING:
            raise unreadable(
                f"a selection can't be nested deeper than {MOST_NESTING} levels", self._text, opening.start
            )
        selection = self._any()
        if self._now().kind != ")":
            raise unreadable("this '(' isn't closed", self._text, opening.start)
        self._take()
        self._open -= 1
        return selection


def _height(selection: Selection) -> int:
    """How deep it is nested: what walks it later is recursive, and Python's stack is short."""
    height = 0
    level: list[Selection] = [selection]
    while level := [operand for each in level for operand in _operands(each)]:
        height += 1
    return height


def _operands(selection: Selection) -> tuple[Selection, ...]:
    match selection:
        case And() | Or():
            return selection.operands
        case Not() | Around() | Ends():
            return (selection.operand,)
        case _:
            return ()
