"""What partitions can be declared."""

from __future__ import annotations

import pytest

from treadle.ir import StaticPartitions


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        pytest.param(["eu,us"], "it can't hold ','", id="comma"),
        pytest.param(["a..b"], "it can't hold '..'", id="range"),
        pytest.param(["eu|us"], r"it can't hold '\|'", id="dimensions"),
        pytest.param(["all"], "it stands for all of them", id="all"),
        pytest.param(["eu", ""], "it is empty", id="empty"),
        pytest.param([" eu"], "blanks around it", id="blank"),
        pytest.param(["eu", "us", "eu"], "'eu' is there twice", id="twice"),
    ],
)
def test_a_key_can_not_be_taken_for_several(keys: list[str], told: str) -> None:
    """
    What people write to name several partitions can't be the name of one, and each key is there once.
    """
    with pytest.raises(ValueError, match=told):
        StaticPartitions(keys=keys)


def test_keys_keep_their_order() -> None:
    """
    Partitions are in the order in which their keys are declared; most texts are keys.
    """
    assert ("b", "a b", "2026-01-01", "v1.2=x") == StaticPartitions(keys=["b", "a b", "2026-01-01", "v1.2=x"]).keys
