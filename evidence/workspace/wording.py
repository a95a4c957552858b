"""Nothing unlawful leaves: what may not be said, and law that may not be quoted, in template, office and letter.

Template and office are looked at before a run is planned, for they would stop every letter alike; a finished
letter once more, because it also holds what a ledger says (names, items, remarks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from evidence.errors import EvidenceError, ExitCode, Place, Problem, spec_of
from evidence.law.citations import citation_problems
from evidence.law.lint import Hit, lint_template, lint_text, load_lint, problems_of, refuse
from evidence.law.statutes import load_statutes
from evidence.model.office import Office

# Parts of the office that are printed in letters. The rest (policy, synonyms of headers) is for the program.
_PRINTED = ("creditor", "bank", "contract", "law_firm", "service")


@dataclass(slots=True)
class _Doubt:
    """What one rule warned of: the first hit with its account, and in how many letters there was one."""

    hit: Hit
    account: str
    count: int = 0


class Wording:
    """The list of one jurisdiction and its statutes, for texts in ``locale`` dated ``on``."""

    def __init__(self, jurisdiction: str, locale: str, on: date) -> None:
        self.pack, self.locale, self.on = load_lint(jurisdiction), locale, on
        self.statutes = load_statutes(jurisdiction)
        self._doubtful: dict[str, _Doubt] = {}

    def check_template(self, text: str, name: str) -> None:
        """Raises ``law.forbidden-words`` for the words of a template, its tags still in them."""
        refuse(lint_template(text, self.on, self.pack), Place(file=name), self.locale, self.pack)

    def check_office(self, office: Office) -> None:
        """Raises ``law.forbidden-words`` and ``law.citation-refused`` for what ``evidence.toml`` puts into letters,
        each with its key."""
        problems: list[Problem] = []
        for key, text in _texts(asdict(office)):
            hits = [hit for hit in lint_text(text, self.on, self.pack) if hit.blocks]
            place = Place(file="evidence.toml", part=key)
            problems += problems_of(hits, place, self.locale, self.pack)
            problems += self._misquoted(text, place)
        if problems:
            raise EvidenceError(problems)

    def check_letter(self, text: str, account: str, debtor: str) -> None:
        """As :meth:`checked`; notes the doubts."""
        self.note(self.checked(text, account, debtor), account)

    def checked(self, text: str, account: str, debtor: str) -> tuple[Hit, ...]:
        """What somebody should look at in a finished letter: the first hit of each rule that warns.

        Raises ``law.forbidden-words`` or ``law.citation-refused`` for a letter that may not leave. The debtor's name is
        looked at by itself: what a register calls a company is nobody's threat, and must not make one together with
        the words beside it (某某公司 / 如您在收到本函前…).
        """
        place = Place(part=account)
        hits = lint_text(f"{text.replace(debtor, _NAME)}\n{_NAME}{debtor}", self.on, self.pack)
        refuse(hits, place, self.locale, self.pack)
        if problems := self._misquoted(text, place):
            raise EvidenceError(problems)
        return tuple({hit.rule: hit for hit in reversed(hits)}.values())

    def note(self, hits: Iterable[Hit], account: str) -> None:
        """Remember what was found in one letter, for :attr:`doubts`."""
        for hit in hits:
            self._doubtful.setdefault(hit.rule, _Doubt(hit, account)).count += 1

    @property
    def doubts(self) -> tuple[Problem, ...]:
        """``workspace.doubtful-words`` for each rule that warned of finished letters, with how many they were."""
        found = []
        for doubt in self._doubtful.values():
            (problem,) = problems_of([doubt.hit], Place(), self.locale, self.pack)
            params = {**problem.params, "count": doubt.count, "account": doubt.account}
            found.append(Problem("workspace.doubtful-words", params=params))
        return tuple(found)

    def _misquoted(self, text: str, place: Place) -> list[Problem]:
        """Citations that stop a letter; what nobody has checked is left to whoever reads it (rule R41)."""
        found = citation_problems(text, self.on, self.statutes, place)
        return [problem for problem in found if spec_of(problem.code).exit is not ExitCode.DONE]


_NAME = "。"
"""What stands for a name while a letter is linted: no word may be made over it."""


def _texts(office: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for section in _PRINTED:
        for key, value in (office[section] or {}).items():
            if isinstance(value, str) and value:
                yield f"{section}.{key}", value
