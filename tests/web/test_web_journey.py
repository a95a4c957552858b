"""The whole way on a telephone in a real browser: scan, notice, code, letter, receipt, dispute; the door, offline."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
import webcase
from browsing import kept_phone, phone
from playwright.sync_api import Browser

from evidence.journal.proof import verify_proof
from evidence.web.settings import own_hosts
from evidence.workspace import Workspace
from evidence.workspace.deliveries import events_of
from evidence.workspace.letterpage import LetterPage

PASSWORD = "样本口令-一二三四五六七"


def fold_code(office: Path, number: str = webcase.NUMBER) -> str:
    with Workspace.open(office, source=webcase.Clock().source("codes")) as workspace:
        return workspace.fold_codes([number])[number]


@pytest.mark.parametrize(("locale", "tag"), [("zh", "zh-CN"), ("zh-Hant", "zh-TW")])
def test_from_the_scan_to_a_dispute_with_a_file(
    locale: str, tag: str, browser: Browser, checkout: Path, tmp_path: Path
) -> None:
    office = webcase.office(tmp_path / "o", checkout, locale)
    token, code, provider = webcase.token_of(office), fold_code(office), webcase.Phone()
    traditional = locale == "zh-Hant"
    with (
        webcase.page(office, sms=provider) as made,
        webcase.server(made) as base,
        phone(browser, base, Path(locale), tag) as on,
    ):
        page = on.page
        page.goto(f"{base}/R/{token}")
        told = page.inner_text("main")
        assert ("掃描並打開本頁將記錄打開時間" if traditional else "扫描并打开本页将记录打开时间") in told
        assert ("不表示您承認欠費" if traditional else "不表示您承认欠费") in told
        # A passer-by learns who sent it and its number: no name, no home, no sum.
        for secret in ("张三", "張三", "1栋", "1棟", "220.50", "13800000001"):
            assert secret not in page.content()
        on.look("1-notice")
        page.fill("#fold", "222-222-222")
        page.click("form:has(#fold) button")
        on.look("2-wrong-code")
        page.fill("#fold", code.lower().replace("-", " "))
        page.click("form:has(#fold) button")
        page.wait_for_url("**/letter")
        assert "张三" in page.inner_text("main")  # a name is never converted
        on.look("3-letter")
        pdf = on.context.request.get(base + str(page.get_attribute("a[type='application/pdf']", "href")))
        assert pdf.body() == next((office / "letters").rglob("*_2-2026-0001.pdf")).read_bytes()

        page.click("a[href$='/received']")
        assert (
            page.locator("input[name=relation]:checked").count() == 0
        )  # nobody is taken for the owner unasked
        page.check("input[name=relation][value=self]")
        page.fill("#name", "张三 样本")
        box = page.locator("canvas").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 40, box["y"] + 60)
        page.mouse.down()
        for step in range(12):
            page.mouse.move(box["x"] + 40 + step * 20, box["y"] + 40 + (step % 3) * 20)
        page.mouse.up()
        on.look("4-received")
        page.click("main form button:not([type])")
        page.wait_for_selector(".good")
        on.look("5-done")
        page.click("a[href*='/receipts/']:not([download])")
        on.look("6-receipt")
        with page.expect_download() as saved:
            page.click("a[download]")
        taken = json.loads(saved.value.path().read_bytes())

        page.click("main a[href$='/letter']")
        page.click("a[href$='/disputed']")
        page.check("[value=amount]")
        page.fill("#text", "样本：面积不对。\n<script>alert(1)</script>")
        photo = tmp_path / "收据 <样本>.jpg"
        photo.write_bytes(webcase.estate_photo())
        page.set_input_files("#files", [photo])
        on.look("7-disputed")
        page.click("main form button:not([type])")
        page.wait_for_selector(".good")
        assert "<script>alert(1)</script>" in page.inner_text("main")
        on.look("8-done")
        page.goto(f"{base}/R/{token}/instalments")
        on.look("9-instalments")
        page.fill("#months", "6")
        page.click("main form button:not([type])")
        page.wait_for_selector(".good")

        told = made.receipts(webcase.NUMBER)
        assert [receipt.action for receipt in told] == [
            "opened",
            "confirmed",
            "received",
            "disputed",
            "instalments",
        ]
        opened, confirmed, received, disputed, _ = told
        assert (opened.witness, opened.grade) == ("nobody", "none")
        assert (confirmed.witness, confirmed.grade) == (
            "nobody",
            "D",
        )  # the sender knows the code under the fold
        assert (received.witness, received.grade) == ("recipient-device", "D")
        assert received.event["signature"] and received.event["files"][0]["name"] == "signature.png"
        assert disputed.event["files"][0]["name"] == "收据 样本.jpg"
        assert disputed.event["detail"]["text"].endswith("<script>alert(1)</script>")

    # What the recipient took home stands on its own: entry, proof and the office's signature.
    with Workspace.open(office, source=webcase.Clock().source()) as workspace:
        key = workspace._desk.signer.public.raw
        index, _ = verify_proof(taken["proof"], taken["entry"].encode(), workspace._desk.origin, key)
        assert index == received.journal_index
        assert workspace.check_journal()[1] == ()


def test_a_code_by_text_message_is_witnessed_by_its_provider(browser: Browser, office: Path) -> None:
    provider = webcase.Phone()
    token = webcase.token_of(office)
    with (
        webcase.page(office, sms=provider) as made,
        webcase.server(made) as base,
        phone(browser, base, Path("sms")) as on,
    ):
        on.page.goto(f"{base}/R/{token}")
        on.page.click("button.second")
        on.page.wait_for_selector("#sms")
        on.look("1-sent")
        (carried,) = provider.sent
        assert carried[0] == webcase.PHONE
        assert "张三" not in carried[1] and "元" not in carried[1]
        on.page.fill("#sms", provider.code)
        on.page.click("form:has(#sms) button")
        on.page.wait_for_url("**/letter")
        confirmed = made.receipts(webcase.NUMBER)[-1]
        assert (confirmed.action, confirmed.witness, confirmed.grade) == ("confirmed", "provider", "C")
        assert confirmed.event["message"] == "sms-0001"

        # Another site, in the browser of a reader who is let in, with a form that was stolen whole: nothing is recorded.
        on.page.goto(f"{base}/R/{token}/received")
        stolen = on.page.get_attribute("input[name=form]", "value")
        html = (
            f"<form method=post action='{base}/R/{token}/received'>"
            f"<input name=form value='{stolen}'><input name=relation value=self><button>go</button></form>"
        )
        evil = on.context.new_page()
        evil.route("http://evil.example/", lambda route: route.fulfill(body=html, content_type="text/html"))
        evil.goto("http://evil.example/")
        evil.click("button")
        evil.wait_for_url(f"{base}/**")
        assert [one.action for one in made.receipts(webcase.NUMBER)] == ["opened", "confirmed"]


def test_at_the_door_without_a_connection_and_later_sent(
    browser: Browser, office: Path, tmp_path: Path
) -> None:
    with Workspace.open(office, source=webcase.Clock().source("staff")) as workspace:
        workspace.add_staff("样甲", "admin", PASSWORD)
    token = webcase.token_of(office)
    with (
        webcase.page(office) as made,
        webcase.server(made) as base,
        phone(browser, base, Path("staff")) as on,
    ):
        page = on.page
        page.goto(f"{base}/staff")
        on.look("1-login")
        page.fill("#name", "样甲")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/staff/door")
        page.evaluate("navigator.serviceWorker.ready")
        page.reload()  # from now on the service worker has the page
        on.look("2-door")
        on.context.set_offline(True)
        page.reload()
        page.fill("#letter", f"https://{webcase.HOST}/R/{token}".upper())
        page.check("[value=refused]")
        page.fill("#at", "2026-11-25T15:30:00")
        page.fill("#signer", "样人")
        page.fill("#server", "样甲")
        page.fill("#second", "样乙")
        page.fill("#witness", "样丙（样州居委会）")
        page.fill("#note", "样本：称未欠费，拒绝签收")
        photo = tmp_path / "door.jpg"
        photo.write_bytes(webcase.estate_photo(40))
        page.set_input_files("#photos", [photo])
        page.click("#door > button")
        page.wait_for_selector("#queue button")
        on.complaints.clear()  # the browser reports what it could not load
        assert made.receipts() == []
        on.picture("3-offline")
        on.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("#told .good:has-text('0001')")
        page.wait_for_selector("#queue:not(:has(button))")
        on.complaints.clear()
        on.look("4-sent")
        with made._desk.reading() as connection:
            ((event, _),) = events_of(connection, webcase.NUMBER)
        assert (event.channel, event.outcome, event.witness_name) == ("hand", "refused", "样丙（样州居委会）")
        assert event.at.isoformat() == "2026-11-25T15:30:00+08:00"
        assert event.servers == ("样甲", "样乙") and len(event.proofs) == 1

        # The staff's own look at the link is marked and never counts.
        page.goto(f"{base}/R/{token}")
        assert [row["seen"] for row in made.openings(webcase.NUMBER)] == ["staff"]
        for path, name in (
            ("letters", "5-letters"),
            (f"letters/{webcase.NUMBER}", "6-letter"),
            ("receipts", "7-receipts"),
            ("views", "8-views"),
        ):
            page.goto(f"{base}/staff/{path}")
            on.look(name)
        assert {view.what for view in made.views()} == {
            "sign-in",
            "door",
            "letters",
            "letter",
            "receipts",
            "views",
        }


def test_what_waits_outlives_the_browser_and_what_is_refused_is_told_and_put_right(
    chromium: tuple[Any, str], office: Path, tmp_path: Path
) -> None:
    with Workspace.open(office, source=webcase.Clock().source("staff")) as workspace:
        workspace.add_staff("样甲", "clerk", PASSWORD)
    photo, later = tmp_path / "door.jpg", tmp_path / "film.mp4"
    photo.write_bytes(webcase.estate_photo(41))
    with webcase.page(office) as made, webcase.server(made) as base:
        with kept_phone(chromium, tmp_path / "browser", base, Path("kept")) as on:
            page = on.page
            page.goto(f"{base}/staff")
            page.fill("#name", "样甲")
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.wait_for_url("**/staff/door")
            # One visit is enough: the page, its style, its script and its icon are kept.
            page.wait_for_function("async () => (await (await caches.open('door-1')).keys()).length >= 4")
            # Only a worker that is active is one the browser starts again with.
            page.wait_for_function(
                "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"
            )
            page.wait_for_function("() => navigator.serviceWorker.controller !== null")
            on.context.set_offline(True)
            for number in (webcase.NUMBER, "2-2026-0999"):  # the second is no letter of this office
                page.fill("#letter", number)
                page.check("[value=unreachable]")
                page.fill("#at", "2026-11-25T15:30:00")
                page.fill("#server", "样甲")
                page.fill("#second", "样乙")
                page.set_input_files("#photos", [photo])
                page.click("#door > button")
                page.wait_for_selector(f"#queue li:has-text('{number}')")
            # More than the server takes is told before it is kept: the form does not go through.
            with later.open("wb") as film:
                film.truncate(100 * 1024 * 1024 + 1)
            page.set_input_files("#photos", [later])
            assert "100 MB" in page.evaluate("document.getElementById('photos').validationMessage")
        assert made.receipts() == [] and deliveries(made) == []
        # Started again without a connection: the page is there, and so is what waits.
        with kept_phone(chromium, tmp_path / "browser", base, Path("kept"), offline=True) as on:
            page = on.page
            page.goto(f"{base}/staff/door")
            page.wait_for_selector("#queue li:has-text('0999')")
            assert page.locator("#queue li").count() == 2
            on.context.set_offline(False)
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_selector("#queue li:only-child:has-text('未登记')")
            # The one that cannot be recorded stays, says why, and goes back into the form with its photograph.
            refused = page.locator("#queue li")
            assert refused.count() == 1 and "没有" in refused.inner_text()
            on.picture("1-refused")
            page.click("#queue button:has-text('更正')")
            assert page.evaluate("document.getElementById('photos').files[0].name") == "door.jpg"
            page.fill("#letter", webcase.OTHER)
            page.click("#door > button")
            page.wait_for_selector("#told .good:has-text('0002')")
            page.wait_for_selector("#queue:not(:has(button))")
        assert deliveries(made) == [(webcase.NUMBER, "unreachable", 1), (webcase.OTHER, "unreachable", 1)]


def deliveries(made: LetterPage) -> list[tuple[str, str, int]]:
    with made._desk.reading() as connection:
        told = [
            event for number in (webcase.NUMBER, webcase.OTHER) for event, _ in events_of(connection, number)
        ]
    return [(event.letter, event.outcome.value, len(event.proofs)) for event in told]


def test_the_code_on_a_printed_page_opens_exactly_that_letters_page(
    browser: Browser, linked: socket.socket, office: Path, tmp_path: Path
) -> None:
    """Each page of the print file as a camera has it; what the pixels say goes into the browser as it stands."""
    zxingcpp = pytest.importorskip("zxingcpp")
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    from PIL import Image

    with Workspace.open(office, source=webcase.Clock().source("print")) as workspace:
        printed = workspace.print_run("last", converter="builtin", only=(webcase.NUMBER, webcase.OTHER))
        assert workspace.office.policy.host == webcase.HOST
    (file,) = [one.path for one in printed.files if one.path.suffix == ".pdf"]
    subprocess.run(["pdftoppm", "-r", "200", "-gray", file, tmp_path / "page"], check=True)
    opened = []
    hosts = own_hosts(webcase.HOST, "127.0.0.1", ())
    with (
        webcase.page(office) as made,
        webcase.server(made, listening=linked, tls=webcase.certificate(tmp_path), hosts=hosts) as base,
        phone(browser, base, Path("scan")) as on,
    ):
        for place, picture in enumerate(sorted(tmp_path.glob("page-*.pgm")), 1):
            for found in zxingcpp.read_barcodes(Image.open(picture)):
                if not found.text.startswith("HTTPS://"):
                    continue
                answer = on.page.goto(found.text)
                assert answer is not None and answer.status == 200
                assert on.page.url == f"{base}/R/{found.text.rpartition('/')[2]}"
                words = ["pdftotext", "-f", str(place), "-l", str(place), file, "-"]
                paper = subprocess.run(words, check=True, capture_output=True, text=True).stdout
                (number,) = set(re.findall(r"第(\d{4})号", re.sub(r"\s", "", paper)))
                assert f"第{number}号" in on.page.inner_text("dl")
                opened.append(number)
    assert sorted(set(opened)) == ["0001", "0002"]
