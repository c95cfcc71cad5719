"""What a test changed of its process is put back."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from treadle.testing.surroundings import surroundings


def test_projects_with_the_same_names_do_not_see_each_other(tmp_path: Path) -> None:
    """
    A package, and a package without an `__init__.py`, are imported anew from the next folder.
    """
    for made in ("first", "second"):
        for package in ("shop", "shop/defs", "stalls"):
            (tmp_path / made / package).mkdir(parents=True)
        (tmp_path / made / "shop" / "__init__.py").touch()
        for module in ("shop/defs", "stalls"):
            (tmp_path / made / module / f"only_{made}.py").touch()
    before = set(sys.modules)
    for made in ("first", "second"):
        with surroundings(tmp_path / made):
            for module in (f"shop.defs.only_{made}", f"stalls.only_{made}"):
                assert str(tmp_path / made / module.replace(".", "/")) + ".py" == import_module(module).__file__
    assert before == set(sys.modules)
