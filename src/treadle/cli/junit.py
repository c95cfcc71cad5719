"""Results as JUnit XML, which most services for continuous integration show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

__all__ = ["TestCase", "TestSuite", "junit"]

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML can't hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """Something that was looked at: it passed, failed, or was passed over, and why."""

    __test__ = False  # pytest would take the class for a test of its own

    name: str
    of: str
    state: Literal["passed", "failed", "skipped"] = "passed"
    message: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSuite:
    """Cases that belong together."""

    __test__ = False

    name: str
    cases: tuple[TestCase, ...]


def junit(suites: Iterable[TestSuite]) -> str:
    """The XML of some suites.

    >>> print(junit([TestSuite(name="a", cases=(TestCase(name="b", of="c"),))]).splitlines()[-3])
        <testcase name="b" classname="c" />
    """
    root = ElementTree.Element("testsuites", name="treadle")
    for suite in suites:
        states = [each.state for each in suite.cases]
        counts = {"tests": len(states), "failures": states.count("failed"), "skipped": states.count("skipped")}
        attributes = {"name": _clean(suite.name), "errors": "0", **{name: str(each) for name, each in counts.items()}}
        element = ElementTree.SubElement(root, "testsuite", attributes)
        for case in suite.cases:
            _case(element, case)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _case(suite: ElementTree.Element, case: TestCase) -> None:
    element = ElementTree.SubElement(suite, "testcase", name=_clean(case.name), classname=_clean(case.of))
    if case.state == "failed":
        ElementTree.SubElement(element, "failure", message=_clean(case.message)).text = _clean(case.text)
    elif case.state == "skipped":
        ElementTree.SubElement(element, "skipped", message=_clean(case.message))
    elif case.text:
        ElementTree.SubElement(element, "system-out").text = _clean(case.text)


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
