"""Volumes, page labels and court profiles: what the plan says, and that the files say the same."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from binding import bound, exhibit, pdf
from pypdf import PdfReader

from evidence.bundle.layout import Front, Item, Limits, plan
from evidence.bundle.numbering import Numbering
from evidence.bundle.profile import Profile, known_profiles, load_profile
from evidence.errors import EvidenceError

CN = load_profile("cn")


@pytest.mark.parametrize("seed", range(200))
def test_no_plan_splits_an_exhibit_or_passes_a_limit(seed: int) -> None:
    """Random exhibits and limits; each page of the bundle has one owner, each volume keeps to its limits."""
    dice = random.Random(seed)
    items = [
        Item(dice.randint(1, 30), dice.randint(0, 1), dice.randint(10, 900))
        for _ in range(dice.randint(1, 60))
    ]
    fronts = [
        Front(dice.randint(1, 2), dice.randint(1, 4), dice.randint(0, 80)) for _ in range(dice.randint(1, 4))
    ]
    limits = Limits(dice.choice((0, 25, 60)), dice.choice((0, 1000, 3000)), dice.random() < 0.5)
    found = plan(items, fronts, limits)

    assert [index for held in found.volumes for index in held] == list(range(len(items)))
    page = 1
    for number, held in enumerate(found.volumes):
        front = fronts[min(number, len(fronts) - 1)]
        assert found.firsts[number] == page
        assert not limits.duplex or page % 2 == 1
        used = limits.even(front.cover) + limits.even(front.catalogue)
        size = front.size
        for index in held:
            used += limits.even(items[index].before)
            slot = found.slots[index]
            assert (slot.volume, slot.first) == (number, page + used)
            assert slot.last - slot.first + 1 == items[index].pages
            assert not limits.duplex or slot.first % 2 == 1
            used += limits.even(items[index].pages)
            size += items[index].size
        assert found.lengths[number] == used
        within = (not limits.pages or used <= limits.pages) and (not limits.size or size <= limits.size)
        assert within or list(held) == [index for index in held if index in found.over] != []
        page += used
    assert found.pages == page - 1


def test_a_volume_is_begun_only_where_the_next_exhibit_does_not_fit() -> None:
    items = [Item(10), Item(10), Item(5), Item(30), Item(1)]
    found = plan(items, [Front(1, 1)], Limits(pages=27))
    assert found.volumes == ((0, 1, 2), (3,), (4,))
    assert found.over == (3,)


def test_labels_change_their_zeros_where_the_number_grows() -> None:
    assert Numbering("ZJ-", 3).labels(8, 95) == ((0, "ZJ-00", 8), (2, "ZJ-0", 10), (92, "ZJ-", 100))
    assert Numbering().labels(341, 10) == ((0, "", 341),)


@pytest.mark.parametrize(
    ("numbering", "expected"),
    [(Numbering(), ("7", "7", "7-9")), (Numbering("A", 3), ("A007", "A007", "A007—A009"))],
)
def test_a_span_says_both_ends_and_one_page_once(numbering: Numbering, expected: tuple[str, ...]) -> None:
    assert (numbering.text(7), numbering.span(7, 7), numbering.span(7, 9)) == expected


def test_volumes_have_their_cover_their_part_of_the_catalogue_and_pages_that_go_on(tmp_path: Path) -> None:
    exhibits = [exhibit(tmp_path, f"{i}.pdf", pdf(4), name=f"合同{i}") for i in range(1, 6)]
    columns = ("number", "name", "proves", "pages")
    made = bound(exhibits, profile=replace(CN, max_pages=11, prefix="A", digits=3, columns=columns))

    assert [(one.name, one.first, one.pages) for one in made.volumes] == [
        ("volume-1.pdf", 1, 10), ("volume-2.pdf", 11, 10), ("volume-3.pdf", 21, 6),
    ]  # fmt: skip
    assert [(row.volume, row.pages) for row in made.rows] == [
        (1, "A003—A006"), (1, "A007—A010"), (2, "A013—A016"), (2, "A017—A020"), (3, "A023—A026"),
    ]  # fmt: skip
    readers = [PdfReader(one.path) for one in made.volumes]
    assert [label for reader in readers for label in reader.page_labels] == [
        f"A{n:03d}" for n in range(1, 27)
    ]
    whole, part = (readers[n].pages[1].extract_text() for n in (0, 1))
    assert all(f"合同{i}" in whole for i in range(1, 6))
    assert [f"合同{i}" in part for i in range(1, 6)] == [False, False, True, True, False]
    assert "全部证据的目录在第1册" in part
    assert "第2册　第A011页　共26页" in readers[1].pages[0].extract_text()

    # A line leads to its page, in another volume by the file's name.
    links = [note.get_object() for note in readers[0].pages[1]["/Annots"]]
    abroad = [(str(link["/A"]["/F"]["/UF"]), int(link["/A"]["/D"][0])) for link in links if "/A" in link]
    assert abroad == [("volume-2.pdf", 2), ("volume-2.pdf", 6), ("volume-3.pdf", 2)]
    at_home = [link["/Dest"][0].get_object() for link in links if "/Dest" in link]
    assert at_home == [readers[0].pages[2], readers[0].pages[6]]


def test_a_volume_keeps_to_the_size_a_court_takes_and_says_what_alone_is_over_it(tmp_path: Path) -> None:
    noise = random.Random(3)

    def heavy(size: int) -> bytes:
        with pikepdf.open(io.BytesIO(pdf())) as made:
            stream = made.make_stream(noise.randbytes(size))
            made.pages[0].obj.Resources.XObject = pikepdf.Dictionary(Unused=stream)
            out = io.BytesIO()
            made.save(out)
        return out.getvalue()

    sizes = (500_000, 400_000, 300_000, 1_500_000, 100_000)
    exhibits = [exhibit(tmp_path, f"{i}.pdf", heavy(size), name=f"扫描{i}") for i, size in enumerate(sizes)]
    made = bound(exhibits, profile=replace(CN, name="样本", max_megabytes=1))
    assert [row.volume for row in made.rows] == [1, 2, 2, 3, 4]
    lengths = [one.path.stat().st_size for one in made.volumes]
    assert [length > 1_000_000 for length in lengths] == [False, False, True, False]
    assert [(problem.code, problem.params["name"]) for problem in made.warnings] == [
        ("bundle.exhibit-over-limit", "扫描3")
    ]


def test_on_both_sides_each_exhibit_begins_in_front_and_blank_sides_are_counted(tmp_path: Path) -> None:
    exhibits = [exhibit(tmp_path, f"{i}.pdf", pdf(i)) for i in (1, 2, 3)]
    made = bound(exhibits, profile=replace(CN, dividers=True).printed_on_both_sides())
    assert [row.first % 2 for row in made.rows] == [1, 1, 1]
    reader = PdfReader(io.BytesIO(made.pdf))
    texts = [page.extract_text() for page in reader.pages]
    blank = [n for n, text in enumerate(texts, 1) if "此页无正文" in text]
    # Backs of cover, catalogue, three dividers, and of the exhibits of one page and of three.
    assert blank == [2, 4, 6, 8, 10, 14, 18]
    assert len(texts) == made.pages == 18
    assert all(f"第{n}页　共18页" in text for n, text in enumerate(texts, 1))
    assert [n for n, text in enumerate(texts, 1) if text.startswith("证据")] == [3, 5, 9, 13]


def test_every_number_leads_back_to_the_catalogue(tmp_path: Path) -> None:
    reader = PdfReader(io.BytesIO(bound([exhibit(tmp_path, "a.pdf", pdf(2))]).pdf))
    for page in reader.pages[2:]:
        ((link,),) = ([note.get_object() for note in page["/Annots"]],)
        assert link["/Dest"][0].get_object() == reader.pages[1]


@pytest.mark.parametrize("name", known_profiles())
def test_shipped_profiles_are_sound_and_say_what_nobody_checked(name: str) -> None:
    found = load_profile(name)
    assert found.jurisdiction == "cn"
    assert set(found.title) == {"zh", "zh-Hant"}
    limits = {"volumes.max_pages": found.max_pages, "volumes.max_megabytes": found.max_megabytes}
    assert {key for key, value in limits.items() if value} == set(found.unverified)


def test_copies_are_one_for_the_court_and_one_for_each_defendant() -> None:
    assert [CN.copies(defendants) for defendants in (1, 2, 3)] == [2, 3, 4]


def test_a_faulty_profile_is_told_with_all_its_faults(tmp_path: Path) -> None:
    file = tmp_path / "本院.toml"
    file.write_text(
        'jurisdiction = "cn"\ncolour = "red"\n[numbering]\nprefix = "A1"\ndigits = -1\n[volumes]\nmax_pages = "200"\n'
        '[catalogue]\ncolumns = ["name", "price"]\n[print]\nduplex = 1\nstaples = 2\n',
        "utf-8",
    )
    with pytest.raises(EvidenceError) as caught:
        load_profile(file)
    assert {(problem.code, problem.params["key"]) for problem in caught.value.problems} == {
        ("bundle.profile-invalid", key)
        for key in (
            "colour", "numbering.prefix", "numbering.digits", "volumes.max_pages", "catalogue.columns",
            "print.duplex", "print.staples",
        )
    }  # fmt: skip


def test_an_office_s_own_file_is_taken_and_an_unknown_name_refused(tmp_path: Path) -> None:
    file = tmp_path / "本院.toml"
    file.write_text('jurisdiction = "cn"\n[volumes]\nmax_megabytes = 10\n', "utf-8")
    assert load_profile(file) == Profile("本院", "cn", {}, max_megabytes=10)
    with pytest.raises(EvidenceError) as caught:
        load_profile("本院")
    assert caught.value.problems[0].code == "bundle.profile-unknown"
