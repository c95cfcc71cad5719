"""Templates come from anywhere: they reach nothing, and they can't do much."""

import datetime

import pytest

from treadle.errors import ProjectError
from treadle.templating import Env, render


class Thing:
    """What a project might put into a scope."""

    public = 1
    _private = 2
    module = datetime

    def method(self):
        return self


VARIABLES = {
    "f": lambda *args, **kwargs: args,
    "thing": Thing(),
    "Thing": Thing,
    "datetime": datetime,
    "env": Env({"A": "1"}),
    "d": {"a": 1},
}


def codes(text: str) -> set[str]:
    with pytest.raises(ProjectError) as caught:
        render(text, VARIABLES)
    return {one.code for one in caught.value.diagnostics}


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ ''['__cla' ~ 'ss__'] }}",
        "{{ [].__class__.__base__.__subclasses__() }}",
        "{{ thing._private }}",
        "{{ thing['_private'] }}",
        "{{ thing.__init__.__globals__ }}",
        "{{ thing.method.__func__ }}",
        "{{ thing.method.__self__ }}",
        "{{ thing.module }}",
        "{{ Thing.mro() }}",
        "{{ Thing['x'] }}",
        "{{ dict['x'].mro() }}",
        "{{ f.__globals__ }}",
        "{{ f.__code__ }}",
        "{{ f['__globals__'] }}",
        "{{ f.func_globals }}",
        "{{ (range(3) | map('string')).gi_frame }}",
        "{{ (range(3) | map('string')).gi_code }}",
        "{{ [d] | map(attribute='__class__') | list }}",
        "{{ ['a'] | map(attribute='__class__') | list }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '{0.__class__}'['format'](1) }}",
        "{{ ''.format_map }}",
        "{{ '%s'.encode() }}",
        "{{ [1].append(2) }}",
        "{{ d.update(b=2) }}",
        "{{ d.pop('a') }}",
        "{{ (1).to_bytes(10**10, 'big') }}",
        "{{ ''.maketrans }}",
        "{{ datetime.sys }}",
        "{{ env._values }}",
        "{{ env.__class__ }}",
        "{{ env.__init__.__globals__ }}",
        "{{ env('A').__class__ }}",
        "{{ self.__init__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum.__globals__ }}",
        "{{ joiner() }}",
        "{{ namespace(a=1) }}",
        "{{ ''|attr('__class__') }}",
        "{{ [''] | map('attr', '__class__') | list }}",
        "{{ d | xmlattr }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block b %}{% endblock %}",
        "{% call f() %}{% endcall %}",
        "{% for x in [1] recursive %}{{ loop.__class__ }}{% endfor %}",
    ],
)
def test_nothing_is_reached(text):
    """
    No way leads from a template into Python, and nothing is changed.
    """
    assert codes(text) <= {"TRD301", "TRD302", "TRD303", "TRD304", "TRD305"}
    assert {"a": 1} == VARIABLES["d"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ range(10**9) }}",
        "{{ range(10**30) }}",
        "{{ range(0, 0 - 10**30, -1) }}",
        "{{ 'a' * 10**10 }}",
        "{{ 10**10 * 'a' }}",
        "{{ [0] * 10**9 }}",
        "{{ (0,) * 10**9 }}",
        "{{ 'a' * 900000 ~ 'a' * 900000 }}",
        "{{ 9**(9**9) }}",
        "{{ 2**100000 }}",
        "{{ (2**4000) * (2**4000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%.1000000000f' % 1 }}",
        "{{ '%*d' % (1000000000, 1) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ '%(a)1000000000d' | format(a=1) }}",
        "{{ 'a' | center(10**10) }}",
        "{{ 'a' | center(width=10**10) }}",
        "{{ 'a'.center(10**10) }}",
        "{{ 'a'.ljust(10**10) }}",
        "{{ 'a'.rjust(10**10) }}",
        "{{ 'a'.zfill(10**10) }}",
        "{{ 'a\nb' | indent(10**9) }}",
        "{{ 'a' | replace('', 'x' * 1000) | replace('', 'x' * 1000) }}",
        "{{ ('a' * 1000).replace('a', 'b' * 1000).replace('b', 'c' * 1000) }}",
        "{{ range(1000) | join('x' * 10000) }}",
        "{{ 1 | round(10**9, 'ceil') }}",
        "{{ range(100000) | map('string') | map('center', 100000) | list }}",
        "{{ range(100000) | map('center', 100000) | join }}",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}{{ 'x' * 1000 }}{% endfor %}",
        "{% for i in range(50000) %}{{ 'b' in 'a' * 500000 }}{% endfor %}",
        "{% for x in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}",
        "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 60 + "{{ a | length }}",
        "{% set a = 'x' %}" + "{% set a = a + a %}" * 60 + "{{ a | length }}",
        "{% set a = ['x'] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
        "{% set a = ('x',) %}" + "{% set a = (a, a) %}" * 60 + "{{ a == a }}",
        "{% set a = {} %}" + "{% set a = {'a': a, 'b': a} %}" * 60 + "{{ a | tojson }}",
        "{% set a = {} %}" + "{% set a = dict(a=a, b=a) %}" * 60 + "{{ a }}",
        "{% set a = ['x'] %}" + "{% set a = a + a %}" * 60 + "{{ a | length }}",
        "{% set a = ['x'] %}" + "{% set a = ['', ''] | map('default', a, true) | list %}" * 60 + "{{ a }}",
        "{% set a %}x{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60 + "{{ a | length }}",
        "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
        "{{ " + "[" * 400 + "1" + "]" * 400 + " }}",
        "{{ " + "1+" * 2_400 + "1 }}",
        "{{ " + "-" * 4_000 + "1 }}",
        "{{ 'a' " + "| upper " * 600 + "}}",
    ],
)
def test_nothing_explodes(text):
    """
    What would fill the memory or never end is refused before it begins.
    """
    assert codes(text) <= {"TRD301", "TRD305", "TRD306"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ thing.public }}", 1),
        ("{{ thing.method().public }}", 1),
        ("{{ datetime.date(2026, 1, 31).isoformat() }}", "2026-01-31"),
        ("{{ (datetime.datetime(2026, 1, 31) - datetime.timedelta(days=1)).day }}", 30),
        ("{{ Thing().public }}", 1),
        ("{{ d.get('b', 2) }}", 2),
        ("{{ f(1, 2) }}", (1, 2)),
        ("{{ 'a,b'.split(',') }}", ["a", "b"]),
    ],
)
def test_what_a_scope_gives_can_be_used(text, expected):
    """
    Public attributes and methods of what a project puts into a scope are there to be used.
    """
    assert expected == render(text, VARIABLES)
