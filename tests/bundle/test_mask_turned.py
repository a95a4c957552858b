"""What is read in a picture turned to its side is covered where it stands in the picture as it is."""

from __future__ import annotations

import pytest
from PIL import Image

from evidence.bundle import redrawchild
from evidence.bundle.redrawchild import Box, Reading, turned_back

TURNS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.name)
def test_a_box_is_turned_back(turn: Image.Transpose) -> None:
    image = Image.new("L", (90, 60))
    image.paste(255, (10, 20, 40, 25))
    box = image.transpose(turn).getbbox()
    assert box is not None
    assert turned_back(box, turn, image.size) == (10, 20, 40, 25)


@pytest.mark.parametrize(("certain", "known", "times"), [(200, 0, 1), (20, 0, 4), (500, 490, 4)])
def test_a_picture_is_turned_where_little_was_read(
    certain: int, known: int, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    box: Box = (0, 0, 1, 1)
    read: tuple[str, list[Box | None], int] = ("字", [box], certain)
    monkeypatch.setattr(redrawchild, "_ocr", lambda image, languages, seconds: read)
    readings: list[Reading] = list(redrawchild._readings(Image.new("L", (9, 6)), "chi_sim", known))
    assert len(readings) == times
