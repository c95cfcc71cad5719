"""What inputs are made of: files that people would write, and what attackers and accidents put into them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]

BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (now, now, b", ".join([b"*%c" % (now - 1)] * 9)) for now in range(ord("b"), ord("k"))
)
MERGES = b"a: &a {x: 1}\n" + b"".join(
    b"%c: &%c {<<: [%s]}\n" % (now, now, b", ".join([b"*%c" % (now - 1)] * 30)) for now in range(ord("b"), ord("z"))
)
WIDE_MERGES = (
    b"base: &base {"
    + b", ".join(b"k%d: 1" % n for n in range(2000))
    + b"}\n"
    + b"".join(b"m%d: {<<: *base}\n" % n for n in range(2000))
)
SCRIPT = b"type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n"

NASTY_FILES: dict[str, bytes | Callable[[], bytes]] = {
    "empty": b"",
    "nothing": b"---\n...\n---\n",
    "nul": b"type: a\0b\n",
    "nul-only": b"\0" * 1000,
    "control": b"type: \x07\n",
    "escape": b'type: "\\x00\\e\\uFFFF\\U0010FFFF"\n',
    "surrogate-escape": b'type: "\\uD800"\nattributes: {"\\uDFFF": 1}\n',
    "surrogate-bytes": b"type: \xed\xa0\x80\n",
    "bad-escape": b'type: "\\U00110000"\n',
    "overlong": b"type: \xc0\xaf\n",
    "latin-1": "type: café\n".encode("latin-1"),
    "utf-8-bom": b"\xef\xbb\xbftype: treadle.PythonScript\n",
    "two-boms": b"\xef\xbb\xbf\xef\xbb\xbftype: a\n",
    "bom-inside": "type: a\n\ufeffattributes: {}\n".encode(),
    "utf-16": "type: a\n".encode("utf-16"),
    "utf-16-be": b"\xfe\xff" + "type: a\n".encode("utf-16-be"),
    "utf-16-without-bom": "type: a\n".encode("utf-16-le"),
    "utf-32": "type: a\n".encode("utf-32"),
    "line-ends": b"type: a\rattributes: {}\r\n\xc2\x85\xe2\x80\xa8x: 1\n",
    "python": b"!!python/object/apply:os.system ['true']\n",
    "python-name": b"type: !!python/name:os.system\nattributes: !!python/object/new:os.system [x]\n",
    "python-declared": b"%TAG ! tag:yaml.org,2002:python/\n---\ntype: !object/apply:os.system [x]\n",
    "tags": b"%TAG !e! tag:example.com,2000:\n---\n!e!x {type: !e!y z}\n",
    "binary": b"type: !!binary aGk=\n",
    "set": b"type: !!set {a, b}\nx: !!omap [a: 1]\ny: !!timestamp 2020-01-01\n",
    "version": b"%YAML 9.9\n---\ntype: a\n",
    "bomb": BOMB,
    "bomb-in-component": b"type: treadle.PythonScript\nattributes:\n"
    + b"".join(b"  " + line + b"\n" for line in BOMB.splitlines()),
    "bomb-as-keys": BOMB.replace(b"a: &a", b"? &a") + b"? [*i, *i]\n: 1\n",
    "merges": MERGES,
    "wide-merges": WIDE_MERGES,
    "merge-loop": b"a: &a\n  <<: *a\n",
    "loop": b"&a [*a]\n",
    "anchors": b"[" + b", ".join(b"&a%d x" % n for n in range(50_000)) + b"]\n",
    "same-anchor": b"[" + b"&a [*a], " * 20_000 + b"]\n",
    "deep-lists": b"[" * 100_000,
    "deep-closed": b"[" * 5_000 + b"]" * 5_000,
    "deep-maps": b"{a: " * 100_000,
    "deep-blocks": b"".join(b" " * n + b"a:\n" for n in range(1_500)),
    "deep-dashes": b"- " * 50_000 + b"a\n",
    "deep-questions": b"? " * 20_000 + b"a\n",
    "deep-anchors": b"".join(b"&a%d [" % n for n in range(2_000)),
    "keys-of-keys": b"? {? {? {a: 1} : 2} : 3} : 4\n",
    "unclosed": lambda: b"type: 'a\n" + b"x: 1\n" * 50_000,
    "unclosed-flow": lambda: b"type: {a: 1\n" + b"x: 1\n" * 50_000,
    "long-scalar": lambda: b"type: " + b"x" * 8_000_000 + b"\n",
    "long-quoted": lambda: b'type: "' + b"\\x41" * 1_000_000 + b'"\n',
    "long-block": lambda: b"type: |\n" + b"  x\n" * 500_000,
    "long-key": lambda: b"x" * 2_000_000 + b": 1\n",
    "long-comment": lambda: b"#" + b"x" * 8_000_000 + b"\n",
    "long-indent": lambda: b" " * 5_000_000 + b"type: a\n",
    "many-lines": lambda: b"\n" * 2_000_000,
    "many-documents": lambda: b"--- a\n" * 50_000,
    "many-components": (SCRIPT + b"    - {key: a}\n---\n") * 500,
    "many-keys": lambda: b"".join(b"k%d: 1\n" % n for n in range(60_000)),
    "same-keys": lambda: b"type: a\n" * 50_000,
    "unknown-keys": b"type: treadle.PythonScript\nattributes:\n" + b"".join(b"  k%d: 1\n" % n for n in range(20_000)),
    "many-misspelled": SCRIPT + b"    - {kye: a, depps: [], gruop: 1}\n" * 3_000,
    "many-wrong": SCRIPT + b"    - {key: [], deps: 1, tags: [], kinds: {a: 1}, partitions: {type: x}}\n" * 2_000,
    "many-templates": SCRIPT + b'    - {key: "{{ nothing }}/{{ env.NO }}", group: "{{ 1 +"}\n' * 2_000,
    "many-costly": SCRIPT
    + b"".join(b'    - {key: a, metadata: {a: "{{ ([%d] * 900000) | sum }}"}}\n' % n for n in range(500)),
    "many-costly-wrong": SCRIPT
    + b"".join(b'    - {key: a, description: "{{ [%d] * 9000000 }}"}\n' % n for n in range(500)),
    "many-assets": SCRIPT + b"".join(b"    - {key: a%d, deps: [a%d]}\n" % (n, n - 1) for n in range(1, 5_000)),
    "huge-integer": lambda: b"type: " + b"9" * 4_000_000 + b"\n",
    "huge-hex": lambda: b"type: 0x" + b"f" * 1_000_000 + b"\n",
    "huge-float": b"a: 1e999999999\nb: -.inf\nc: .nan\nd: 1" + b"0" * 400 + b".0\n",
    "numeric-keys": b"{1: a, 1.0: b, true: c, null: d, 0x1: e, .nan: f}\n",
    "hash-floods": b"{" + b", ".join(b"%d: 1" % (n * (2**61 - 1)) for n in range(1, 2_000)) + b"}\n",
    "regex-plain": b"type: " + b"a" * 50_000 + b"! \n" + b"x: " + b"_" * 50_000 + b"\n",
    "regex-number": b"a: " + b"1_" * 100_000 + b"\nb: " + b"0" * 100_000 + b"x\n",
    "regex-owner": SCRIPT + b"    - {key: a, owners: ['" + b"a@" * 20_000 + b"', '" + b"@" + b"a." * 20_000 + b"']}\n",
    "regex-group": SCRIPT + b"    - {key: a, group: '" + b"a/" * 50_000 + b"!'}\n",
    "regex-cron": SCRIPT
    + b"    - {key: a, partitions: {type: time_window, start: x, cron: '"
    + b"1-2,*/3 " * 5_000
    + b"'}}\n",
    "regex-env": b"type: '" + b"{{ env . " * 20_000 + b"'\n",
    "braces": b"type: '" + b"{{" * 50_000 + b"'\nx: '" + b"{" * 100_000 + b"'\ny: '" + b"}}" * 50_000 + b"'\n",
    "quotes": b"type: '{{ \"" + b'\\\\"' * 50_000 + b" }}'\n",
    "slashes": SCRIPT + b"    - {key: '" + b"/" * 100_000 + b"'}\n",
    "long-type": b"type: " + b"a." * 50_000 + b"b\n",
    "dots": b"type: " + b"." * 100_000 + b"\n",
    "type-is-a-mapping": b"type: {a: 1}\nattributes: [1]\n",
    "type-is-nothing": b"type:\nattributes:\n",
    "path-up": b"type: treadle.PythonScript\nattributes: {execution: {path: '" + b"../" * 20_000 + b"'}}\n",
    "path-nul": b'type: treadle.PythonScript\nattributes: {execution: {path: "a\\0b"}}\n',
    "path-long": b"type: treadle.PythonScript\nattributes: {execution: {path: " + b"a" * 100_000 + b"}}\n",
    "path-home": b"type: treadle.PythonScript\nattributes: {execution: {path: ~nobody-here/x}}\n",
    "module-up": b"type: treadle.PythonScript\ntemplate_vars_module: ......x\n",
    "module-odd": b"type: treadle.PythonScript\ntemplate_vars_module: 'a b.c;d'\n",
    "target": b"type: treadle.DefsFolder\npost_processing: {assets: [{target: '"
    + b"(" * 20_000
    + b"', attributes: {}}]}\n",
    "target-long": b"type: treadle.DefsFolder\npost_processing: {assets: [{target: '"
    + b"a or " * 5_000
    + b"a', attributes: {}}]}\n",
    "target-glob": SCRIPT
    + b"    - {key: '"
    + b"a" * 5_000
    + b"'}\npost_processing: {assets: [{target: 'key:\""
    + b"*a" * 40
    + b"b\"', attributes: {}}]}\n",
    "requirements": b"type: treadle.DefsFolder\nrequirements: {env: [" + b"A, " * 50_000 + b"]}\n",
    "17 MB": lambda: b"# " + b"x" * (17 << 20),
    "16 MB of values": lambda: b"[" + b"a," * (8 << 20 - 1),
    "100 MB": lambda: b"a: " + b"x" * (100 << 20),
}

_RANGE = "{{ range(10**9) }}"
NASTY_TEXTS: dict[str, str] = {
    "loop": "{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}",
    "loop-over-repeat": "{% for a in [1] * 10000000 %}{% endfor %}",
    "recursive-loop": "{% for a in [[1]] recursive %}{{ loop(a) }}{% endfor %}",
    "macro": "{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}",
    "macro-bomb": "".join(
        f"{{% macro m{n}() %}}{f'{{{{ m{n - 1}() }}}}' * 9 if n else 'x'}{{% endmacro %}}" for n in range(12)
    )
    + "{{ m11() }}",
    "set-bomb": "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a ~ a ~ a ~ a %}" * 40 + "{{ a }}",
    "list-bomb": "{% set a = [1] %}" + "{% set a = [a, a, a, a] %}" * 40 + "{{ a }}",
    "range": _RANGE,
    "range-list": "{{ range(10**7) | list | length }}",
    "repeat": "{{ 'a' * 10**10 }}",
    "repeat-list": "{{ [0] * 10**9 }}",
    "repeat-lists": "{{ [[[[1] * 100] * 100] * 100] * 100 }}",
    "repeat-repeat": "{{ ('a' * 1000) * 1000 * 1000 * 1000 }}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "power-negative": "{{ 2 ** -(10**9) }} {{ 10.0 ** 400 }} {{ 0 ** -1 }}",
    "shift": "{{ 1 * 10 ** 100000 }}",
    "divide": "{{ 10**5000 // 3 }} {{ 10**4000 % 7 }} {{ 1 / 0 }}",
    "format": "{{ '%1000000000d' % 1 }}",
    "format-method": "{{ '{:1000000000}'.format(1) }}",
    "format-attribute": "{{ '{0.__class__.__mro__}'.format(1) }}",
    "format-map": "{{ '{a.__class__}'.format_map(mapping) }}",
    "format-filter": "{{ '%999999999s' | format(1) }}",
    "join": "{{ ('a' * 100000).join(['b'] * 100000) }}",
    "replace": "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
    "replace-method": "{{ ('a' * 100000).replace('', 'b' * 100000) }}",
    "center": "{{ 'a' | center(10**10) }} {{ 'a'.center(10**10) }} {{ 'a'.ljust(10**10) }} {{ 'a'.zfill(10**10) }}",
    "expandtabs": "{{ '\\t'.expandtabs(10**10) }}",
    "indent": "{{ ('\\n' * 100000) | indent(100000) }}",
    "wordwrap": "{{ ('a ' * 100000) | wordwrap(1) }}",
    "batch": "{{ [1] | batch(10**9, 0) | list }}",
    "slice": "{{ [1] | slice(10**9) | list }}",
    "urlize": "{{ ('a@' * 50000) | urlize }}",
    "striptags": "{{ ('<' * 100000) | striptags }}",
    "regex": "{{ ('a' * 5000 ~ '!') | regex_replace('(a+)+$', 'b') }}",
    "truncate": "{{ 'a' | truncate(10**9, true, 'x' * 10**6) }}",
    "pprint": "{{ ([[[1]]] * 100000) | pprint }}",
    "tojson": "{{ ([[1]] * 1000000) | tojson }}",
    "xmlattr": "{{ {'a b': 1} | xmlattr }}",
    "sort": "{{ [1, 'a', none, []] | sort }}",
    "groupby": "{{ [{'a': 1}] | groupby('__class__') }}",
    "map": "{{ [''] | map(attribute='__class__.__mro__') | list }}",
    "attr": "{{ '' | attr('__class__') }}",
    "dunder": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "dunder-item": "{{ ''['__class__'] }} {{ mapping['__class__'] }}",
    "dunder-call": "{{ automation.eager.__func__.__globals__ }}",
    "func": "{{ automation.eager.func }} {{ datetime.datetime.now.__self__ }}",
    "self": "{{ self }} {{ self._TemplateReference__context }}",
    "import": "{% import 'os' as os %}{% include '/etc/passwd' %}{% extends 'a' %}",
    "lipsum": "{{ lipsum(10**6) }} {{ cycler }} {{ joiner }} {{ namespace }}",
    "dict": "{{ dict(mapping) }} {{ dict([1]) }}",
    "deep": "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "deep-lists": "{{ " + "[" * 500 + "]" * 500 + " }}",
    "deep-not": "{{ " + "not " * 5_000 + "1 }}",
    "deep-minus": "{{ " + "-" * 10_000 + "1 }}",
    "deep-dots": "{{ a" + ".a" * 20_000 + " }}",
    "deep-items": "{{ text" + "[0]" * 5_000 + " }}",
    "deep-calls": "{{ " + "f(" * 500 + ")" * 500 + " }}",
    "deep-filters": "{{ text" + " | upper" * 5_000 + " }}",
    "deep-sum": "{{ 1" + " + 1" * 10_000 + " }}",
    "deep-concat": "{{ text" + " ~ text" * 5_000 + " }}",
    "deep-if": "{% if 1 %}" * 300 + "{% endif %}" * 300,
    "deep-else": "{{ " + "1 if 1 else " * 3_000 + "1 }}",
    "deep-compare": "{{ 1" + " < 1" * 5_000 + " }}",
    "many": "{{ number }}" * 20_000,
    "many-wrong": "{{ nothing }}" * 3_000,
    "long-name": "{{ " + "a" * 1_000_000 + " }}",
    "long-text": "x" * 2_000_000 + "{{ number }}",
    "long-string": "{{ '" + "a" * 500_000 + "' }}",
    "long-number": "{{ " + "9" * 100_000 + " }}",
    "long-spaces": "{{" + " " * 200_000 + "number }}",
    "long-comment": "{# " + "x" * 1_000_000 + " #}",
    "open": "{{" * 20_000,
    "open-statement": "{% " * 20_000,
    "open-comment": "{# " * 20_000,
    "closed": "}}" * 20_000 + "{{ 1 }}",
    "quotes": "{{ '" + '"' * 20_000,
    "raw": "{% raw %}" * 1_000 + "{{ number }}",
    "odd-names": "{{ \u0130\u0131 }} {{ a\u0301 }} {{ \uff41 }} {{ __import__ }}",
    "surrogates": "{{ '\ud800' }}\udfff",
    "nul": "{{ '\0' }}\0{{ \0 }}",
    "escapes": "{{ '\\ud800\\U0010ffff\\x00\\N{BULLET}' }}",
    "bad-escapes": "{{ '\\U99999999' }} {{ '\\N{nothing}' }}",
    "unhashable": "{{ {[]: 1} }} {{ mapping[[]] }} {{ {{}: 1} }}",
    "compare": "{{ 1 < 'a' }} {{ [] < {} }} {{ none > 1 }}",
    "starred": "{{ join(*things, **mapping) }}",
    "timedelta": "{{ datetime.timedelta(days=10**10) }}",
    "timedelta-odd": "{{ datetime.timedelta(hours='x') }} {{ datetime.datetime(0, 0, 0) }}",
    "strftime": "{{ datetime.datetime(2020, 1, 1).strftime('%' * 100001) }}",
    "cron": "{{ automation.on_cron('* * * * ' + '1,' * 100000) }}",
    "conditions": "{{ automation.all_of(" + "automation.eager(), " * 5_000 + ") }}",
    "env": "{{ env }} {{ env() }} {{ env(1) }} {{ env['SET'] }} {{ env.__dict__ }} {{ env.SET.x }} {{ env('NO', []) }}",
    "call": "{{ 1() }} {{ text() }} {{ nothing()() }} {{ context() }}",
    "assign": "{% set mapping.a = 1 %}{% set env = 1 %}{{ env }}",
    "do": "{% do things.append(1) %}{% autoescape true %}{{ '<' }}{% endautoescape %}",
    "with": "{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}",
    "filter-block": "{% filter upper %}{{ text }}{% endfilter %}",
    "call-block": "{% macro a() %}{{ caller() }}{% endmacro %}{% call a() %}x{% endcall %}",
    "append": "{{ things.append(things) }}{{ things }}",
    "items": "{{ mapping.items }} {{ mapping.items() }} {{ mapping['items'] }}",
    "encode": "{{ text.encode('idna') }} {{ (text * 10000).encode('punycode') }}",
    "translate": "{{ text.translate({97: 'b' * 1000000}) }}",
    "split": "{{ ('a,' * 400000).split(',') | length }}",
}


def nasty_file(name: str) -> bytes:
    """A nasty file; large ones are made when they are asked for."""
    found = NASTY_FILES[name]
    return found if isinstance(found, bytes) else found()


def real_files() -> list[bytes]:
    """YAML as people write it: that of the examples, of the golden projects, and of the documentation."""
    found = {
        file.read_bytes()
        for place in ("tests/golden", "examples")
        for file in sorted((ROOT / place).rglob("*.yaml"))
        if file.is_file() and file.stat().st_size < 20_000
    }
    for page in sorted((ROOT / "docs").rglob("*.md")):
        found |= {
            each.encode() for each in re.findall(r"^```yaml file=\S+\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
        }
    return sorted(found)


def real_expressions() -> list[str]:
    """Templates as people write them, and as they get them wrong."""
    found = {each.decode("utf-8", "replace") for file in real_files() for each in re.findall(rb"{[{%].*?[}%]}", file)}
    return sorted({*found, *(each for each in NASTY_TEXTS.values() if len(each) < 300)})
