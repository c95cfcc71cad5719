"""Why a partition key isn't one, in the words that help to write the right one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from treadle.errors import UsageError, cut, did_you_mean, listing
from treadle.ir import MultiPartitions, Partitions
from treadle.runner.partitions.keys import DynamicKeys, Listed, Product, keys_of, no_dynamic_keys
from treadle.runner.partitions.windows import Windows, read, written

__all__ = ["check_key", "refusal"]

_MOST_NAMED = 5


def check_key(
    key: str, partitions: Partitions, *, now: datetime, dynamic: DynamicKeys = no_dynamic_keys, of: str = ""
) -> str:
    """The key, when there is such a partition at a moment; `of` names the asset, for the message.

    >>> from datetime import UTC
    >>> from treadle.ir import TimeWindowPartitions
    >>> days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
    >>> check_key("2026-13-01", days, now=datetime(2026, 2, 1, tzinfo=UTC))
    Traceback (most recent call last):
    treadle.errors.UsageError: there is no partition '2026-13-01': it isn't written like %Y-%m-%d

    Raises:
        UsageError: why there is none, and what may have been meant.
    """
    keys = keys_of(partitions, now=now, dynamic=dynamic)
    if key in keys:
        return key
    raise refusal(key, keys, partitions, of=of)


def refusal(key: str, keys: Sequence[str], partitions: Partitions, *, of: str = "") -> UsageError:
    """The error that says why a key is not among the keys of partitions."""
    why, fix = _reason(key, keys, partitions)
    return UsageError(f"{of + ' has' if of else 'there is'} no partition {cut(key)}: {why}", fix=fix)


def _reason(key: str, keys: Sequence[str], partitions: Partitions) -> tuple[str, str]:
    if isinstance(keys, Windows):
        return _reason_in_time(key, keys)
    if isinstance(keys, Product):
        assert isinstance(partitions, MultiPartitions)
        return _reason_of_dimensions(key, keys, partitions)
    if not keys:
        return "it has none yet", ""
    few = list(keys) if len(keys) <= _MOST_NAMED else []
    near = did_you_mean(key, keys if isinstance(keys, Listed) else ())
    return "it is none of its keys", near or (f"write one of {listing(few)}" if few else "")


def _reason_in_time(key: str, keys: Windows) -> tuple[str, str]:
    format = keys.partitions.format
    latest = f"the latest is {keys[-1]!r}" if len(keys) else ""
    try:
        moment = read(key, keys.partitions)
    except ValueError:
        return f"it isn't written like {format}", did_you_mean(key, keys[-366:]) or latest
    first = written(keys.window(0).start, keys.partitions)
    if (key_of_moment := written(moment, keys.partitions)) != key and key_of_moment in keys:
        return "it is written in another way", f"write {key_of_moment!r}"
    if moment < read(keys.partitions.start, keys.partitions) or (moment < keys.window(0).start and key != first):
        return f"it is before the first partition, {first!r}", latest
    number = keys.number(key)
    if number is None:
        around = written(keys.window(keys.around(moment)).start, keys.partitions)
        return "no window starts then", f"the window around it is {around!r}" if around in keys else latest
    if keys.is_beyond_the_end(number):
        return "it is after the last partition", latest
    return f"its window hasn't ended; it ends at {keys.window(number).end.isoformat(sep=' ')}", latest


def _reason_of_dimensions(key: str, keys: Product, partitions: MultiPartitions) -> tuple[str, str]:
    words = key.split("|")
    form = "|".join(keys.dimensions)
    if len(words) != len(keys.dimensions):
        return f"it isn't written like {form}", f"write for example {keys[-1]!r}" if len(keys) else ""
    for word, (name, own) in zip(words, keys.dimensions.items(), strict=True):
        if word not in own:
            why, fix = _reason(word, own, partitions.dimensions[name])
            return f"of its {name}, {cut(word)}, {why}", fix
    raise AssertionError(f"{key!r} is one of the keys")
