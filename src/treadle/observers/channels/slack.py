"""Slack's incoming webhooks, and what understands the same JSON (Mattermost, Rocket.Chat, Discord's `/slack`)."""

from __future__ import annotations

from treadle.ir.hooks import ToSlack
from treadle.observers.channels.http import as_json, post
from treadle.observers.channels.letter import Letter
from treadle.observers.messages import Message, as_text, headline

__all__ = ["chat", "slack_json"]

_LONGEST = (
    2_900  # a section has at most 3,000 characters: https://docs.slack.dev/reference/block-kit/blocks/section-block
)


def chat(way: ToSlack, letter: Letter) -> None:
    """Post a message as text that Slack shows.

    Raises:
        UndeliverableError: when it didn't arrive.
    """
    post(way.url, as_json(slack_json(letter.message)), headers={}, seconds=letter.seconds)


def slack_json(message: Message) -> dict[str, object]:
    """A message in Slack's words: a line for notifications, and blocks for the channel."""
    title = _escaped(headline(message))
    _, _, rest = as_text(message).partition("\n")
    # Preformatted: errors have their columns, and nothing in them is taken for markup.
    body = "```\n" + _escaped(rest.strip().replace("```", "'''")) + "\n```"
    return {"text": title, "blocks": [_section(f"*{title}*"), _section(body)]}


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _escaped(text: str) -> str:
    """Text that Slack takes as such, so that nobody is called by what an error says, cut to what it takes."""
    shorter = text[:_LONGEST]
    while len(escaped := shorter.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) > _LONGEST:
        shorter = shorter[: len(shorter) * 9 // 10]
    return escaped if len(shorter) == len(text) else escaped + " …"
