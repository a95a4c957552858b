"""The symbol: fixed in version, level, mask and mode, and readable."""

from __future__ import annotations

import numpy
import pytest
import zxingcpp
from hypothesis import example, given
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from evidence.errors import EvidenceError
from evidence.stamp.qr import CAPACITY, MODULES, matrix

LONGEST = "HTTPS://" + "A" * 24 + "/R/" + "2KCE3IQBE7" * 38 + "2KCE3IQBE"  # 424 characters


def drawn_by_the_package(text: str) -> tuple[str, ...]:
    symbol = QRCode(version=15, error_correction=ERROR_CORRECT_Q, mask_pattern=0, border=0)
    symbol.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM))
    symbol.make(fit=False)
    return tuple("".join("01"[bool(module)] for module in row) for row in symbol.modules)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", min_size=1, max_size=CAPACITY))
@example("A" * CAPACITY)
@example("A" * (CAPACITY - 1))
@example("A" * (CAPACITY - 2))
@example("0")
def test_the_tables_draw_what_the_package_draws(text: str) -> None:
    assert matrix(text) == drawn_by_the_package(text)


def read(rows: tuple[str, ...]) -> zxingcpp.Barcode:
    dark = numpy.pad(numpy.array([[module == "1" for module in row] for row in rows]), 4)
    pixels = numpy.where(numpy.kron(dark, numpy.ones((4, 4), dtype=bool)), 0, 255).astype(numpy.uint8)
    (found,) = zxingcpp.read_barcodes(pixels)
    return found


def format_bits(rows: tuple[str, ...]) -> int:
    """The 15 bits of format information beside the upper left finder (ISO/IEC 18004:2015, 7.9)."""
    column = [int(rows[r][8]) for r in (0, 1, 2, 3, 4, 5, 7, 8)]
    row = [int(rows[8][c]) for c in (7, 5, 4, 3, 2, 1, 0)]
    return sum(bit << place for place, bit in enumerate(column + row))


@pytest.mark.parametrize("text", ["EV1:", "EV1:" + "0123456789" * 20, LONGEST, "A" * CAPACITY])
def test_the_symbol_says_its_text_at_version_15_level_q_mask_0(text: str) -> None:
    rows = matrix(text)
    assert len(rows) == MODULES == 77
    assert {len(row) for row in rows} == {77}
    found = read(rows)
    assert found.text == text
    assert found.ec_level == "Q"
    assert format_bits(rows) == 0b011010101011111  # level Q, mask 0 (the same standard, table C.1)


def first_codewords(rows: tuple[str, ...]) -> int:
    """The first eight bits, read from the lower right corner upwards, mask 0 taken off."""
    bits = ""
    for index in range(8):
        row, column = 76 - index // 2, 76 - index % 2
        bits += str(int(rows[row][column]) ^ ((row + column) % 2 == 0))
    return int(bits, 2)


@pytest.mark.parametrize("text", ["EV1:" + "7" * 300, "EV1:" + "A" * 300])
def test_digits_in_a_row_do_not_open_a_second_segment(text: str) -> None:
    # Mode 0010 (alphanumeric), then 11 bits of count: its upper four are those of the whole length.
    assert first_codewords(matrix(text)) == 0b0010 << 4 | len(text) >> 7
    assert read(matrix(text)).text == text


def test_a_longer_text_is_refused_not_squeezed_into_a_larger_symbol() -> None:
    with pytest.raises(EvidenceError) as error:
        matrix("A" * (CAPACITY + 1))
    assert error.value.problems[0].code == "stamp.qr-too-long"


@pytest.mark.parametrize("text", ["", "ev1:abc", "EV1:_", "码", "A\n"])
def test_other_characters_are_a_fault_of_the_caller(text: str) -> None:
    with pytest.raises(ValueError, match="alphanumeric"):
        matrix(text)
