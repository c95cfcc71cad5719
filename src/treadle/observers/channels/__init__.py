"""The ways by which a message goes to somebody: each is a function that returns when it is there, or says why not."""

from __future__ import annotations

from treadle.ir.hooks import ToCommand, ToEmail, ToSlack, Way
from treadle.observers.channels.letter import NO_ANSWER, Letter, UndeliverableError

__all__ = ["NO_ANSWER", "Letter", "UndeliverableError", "send"]


def send(way: Way, letter: Letter) -> str:
    """Bring a letter there; gives what went wrong all the same.

    Raises:
        UndeliverableError: when it didn't arrive.
    """
    if isinstance(way, ToCommand):
        from treadle.observers.channels.command import call

        call(way, letter)
        return ""
    if isinstance(way, ToEmail):
        from treadle.observers.channels.email import mail

        return mail(way, letter)
    if isinstance(way, ToSlack):
        from treadle.observers.channels.slack import chat

        chat(way, letter)
        return ""
    from treadle.observers.channels.webhook import post_signed

    post_signed(way, letter)
    return ""
