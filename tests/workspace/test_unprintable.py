"""A name the converter would print as another: that owner gets no letter and is named, and all others get theirs."""

from __future__ import annotations

from pathlib import Path

import estate
import pytest

from evidence.letters.convert.builtin import BuiltinConverter
from evidence.letters.engine.package import pack, read_parts, write_zip
from evidence.model.letter import LetterKind

# U+FA19 looks like 神 (U+795E), and the builtin engine prints that. Names made up (样本).
OWNERS = [("1栋101", "样甲"), ("1栋102", "样\ufa19"), ("1栋103", "样丙")]


def test_one_owners_character_costs_nobody_else_the_letter(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout, OWNERS) as office:
        result = office.issue(LetterKind.DEMAND, converter="builtin")
        assert [letter.account for letter in result.letters] == ["1栋101", "1栋103"]
        assert [(p.code, p.where.part) for p in result.skipped] == [("convert.character-changed", "1栋102")]
        assert len(list((office.root / "letters").rglob("*.pdf"))) == 2
        again = office.issue(LetterKind.DEMAND, converter="builtin")
        assert (again.letters, again.resumed) == ((), False), "nothing is left to be gone on with"


def test_alone_that_owner_gets_none(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout, OWNERS[1:2]) as office:
        result = office.issue(LetterKind.DEMAND, converter="builtin")
        assert result.letters == ()
        assert [p.code for p in result.skipped] == ["convert.character-changed"]


def test_what_the_pdf_does_not_say_is_not_sent(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulates a converter that swallows the words of one owner's letter: its PDF is blank but for the rest."""
    real = BuiltinConverter.convert_batches

    def swallowing(
        self: BuiltinConverter, batches: list[list[bytes]], **options: object
    ) -> list[list[bytes]]:
        return real(self, [[edited(one) for one in batch] for batch in batches], **options)  # type: ignore[arg-type]

    def edited(docx: bytes) -> bytes:
        parts = read_parts(docx, "letter")
        parts["word/document.xml"] = parts["word/document.xml"].replace("样丙".encode(), "样".encode())
        return write_zip(pack(name, data, 1) for name, data in parts.items())

    monkeypatch.setattr(BuiltinConverter, "convert_batches", swallowing)
    with estate.workspace(tmp_path, checkout, [OWNERS[0], OWNERS[2]]) as office:
        result = office.issue(LetterKind.DEMAND, converter="builtin")
        assert [letter.account for letter in result.letters] == ["1栋101"]
        [told] = result.skipped
        assert (told.code, told.where.part, told.params["value"]) == ("convert.text-lost", "1栋103", "样丙")
