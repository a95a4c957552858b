"""The disclosure file of a bundle: what opens the commitments of the journal (docs/formats.md, section 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence.verify.canonical import Json, parse_json
from evidence.verify.merkle import leaf_hash, root_of
from evidence.verify.refused import Refused

PATH = "data/disclosure.json"
_SALT = re.compile(r"[0-9a-f]{64}\Z")
_FACT_SALT = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A fact of a letter with the salt of its leaf (16 bytes)."""

    name: str
    value: str
    salt: bytes

    @property
    def leaf(self) -> bytes:
        # The NUL between name and value keeps ("a", "bc") and ("ab", "c") apart; neither may hold one.
        return leaf_hash(self.salt + self.name.encode("utf-8") + b"\x00" + self.value.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Salts by path, facts by letter number, and the account with its salt (32 bytes)."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    letters: Mapping[str, tuple[OpenFact, ...]] = field(default_factory=dict)
    account: str = ""
    subject_salt: bytes = b""
    events: Mapping[str, bytes] = field(default_factory=dict)

    def facts_root(self, number: str) -> bytes | None:
        """The Merkle root over the facts disclosed of letter ``number``; ``None`` where none are."""
        facts = self.letters.get(number)
        return root_of([fact.leaf for fact in facts]) if facts else None


def parse_disclosure(data: bytes) -> Disclosure:
    """The file as read; :class:`Refused` (``disclosure-form``) with the part that departs from the format."""
    top = _object(parse_json(data), "", ("events", "files", "letters", "subject", "v"))
    if top["v"] != 1 or top["v"] is True:
        raise Refused("disclosure-form", part="v")
    subject = _object(top["subject"], "subject", ("account", "salt"))
    letters: dict[str, tuple[OpenFact, ...]] = {}
    for row, item in enumerate(_list(top["letters"], "letters")):
        part = f"letters[{row}]"
        letter = _object(item, part, ("facts", "number"))
        number = _text(letter["number"], part)
        if number in letters:
            raise Refused("disclosure-form", part=part)
        letters[number] = parse_facts(letter["facts"], f"{part}.facts")
    return Disclosure(
        files=_salts(top["files"], "files"),
        letters=letters,
        account=_text(subject["account"], "subject"),
        subject_salt=_salt(subject["salt"], "subject", _SALT),
        events=_salts(top["events"], "events"),
    )


def parse_facts(items: Json, part: str) -> tuple[OpenFact, ...]:
    """A list of facts; :class:`Refused` (``disclosure-form``)."""
    return tuple(_fact(item, f"{part}[{at}]") for at, item in enumerate(_list(items, part)))


def _fact(item: Json, part: str) -> OpenFact:
    fact = _object(item, part, ("name", "salt", "value"))
    name, value = _text(fact["name"], part), _text(fact["value"], part)
    if "\x00" in name or "\x00" in value:
        raise Refused("disclosure-form", part=part)
    return OpenFact(name, value, _salt(fact["salt"], part, _FACT_SALT))


def _salts(items: Json, part: str) -> dict[str, bytes]:
    salts: dict[str, bytes] = {}
    for row, item in enumerate(_list(items, part)):
        where = f"{part}[{row}]"
        entry = _object(item, where, ("path", "salt"))
        path = _text(entry["path"], where)
        if path in salts:
            raise Refused("disclosure-form", part=where)
        salts[path] = _salt(entry["salt"], where, _SALT)
    return salts


def _object(value: Json, part: str, keys: tuple[str, ...]) -> dict[str, Json]:
    if not isinstance(value, dict) or tuple(sorted(value)) != keys:
        raise Refused("disclosure-form", part=part or "{}")
    return value


def _list(value: Json, part: str) -> list[Json]:
    if not isinstance(value, list):
        raise Refused("disclosure-form", part=part)
    return value


def _text(value: Json, part: str) -> str:
    # Lone surrogates are legal in JSON escapes and have no UTF-8 form, hence no digest.
    if not isinstance(value, str) or value.encode("utf-8", "replace").decode("utf-8") != value:
        raise Refused("disclosure-form", part=part)
    return value


def _salt(value: Json, part: str, form: re.Pattern[str]) -> bytes:
    text = _text(value, part)
    if not form.match(text):
        raise Refused("disclosure-form", part=part)
    return bytes.fromhex(text)
