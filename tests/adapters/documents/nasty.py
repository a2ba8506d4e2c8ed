"""Texts that would break a letter if they were anything but text."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

T = TypeVar("T")

NASTY = {
    "empty": "",
    "blank": " \t\n\r\n  ",
    "code": '#eval("1+1") #sys.inputs #include "layout.typ" #panic()',
    "brackets": "]] } ) \" ' ` \\ $x^2$ *fed* _kursiv_ @ref <label> // /* */",
    "heading": "= Overskrift\n== Under\n- punkt\n+ tal\n/ ord: forklaring",
    "reversed": "a\u202etsket\u2066b\u2069",
    "control": "a\x00b\x07c\x1b[31md\x7f\x85e\u2028f\u2029g",
    "emoji": "😀 👩‍👧 ✔️ ⚠",
    "foreign": "Ślązak Đặng Ελλάδα Привет 日本 مرحبا עברית",
    "combined": "e\u0301 A\u030a o\u0308 " + "z" + "\u0335\u0341\u0322" * 20,
    "surrogate": "a\ud800b\udfffc",
    "private": "a\ue000b\ufeffc\ufffdd\uffffe\U0010fffff",
    "soft": "Rusmiddel\u00adbehandling\u200bscenter",
    "long word": "x" * 10_000,
    "long text": "Hun har fortalt, at hun gerne vil have hjælp. " * 220,
    "many lines": "linje\n" * 150,
    "json": '{"kind": "svar", "sender": null} \\u0000 \\n',
}


def with_text(value: T, text: str) -> T:
    """The same value with every free text in it replaced; ids, codes, moments and bytes stay."""
    return cast(T, _replaced(value, text, ()))


FREE = {
    *("name", "address", "person", "role", "text", "category", "content_type", "reason", "words", "question", "how"),
    *("occasion", "seen_and_heard", "family_situation", "since", "parents_reaction", "balancing", "contact"),
    *("agreements_at_birth", "contraception", "case_type", "purpose", "consent_by", "consent_term", "items"),
}


def _replaced(value: Any, text: str, path: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return text if path and path[-1] in FREE else value
    if isinstance(value, tuple):
        return tuple(_replaced(inner, text, path) for inner in value)
    if is_dataclass(value) and not isinstance(value, type) and type(value).__name__ not in ("Ruling", "Cpr", "Unit"):
        known = {field.name: getattr(value, field.name) for field in fields(value)}
        return replace(value, **{name: _replaced(inner, text, (*path, name)) for name, inner in known.items()})
    return value
