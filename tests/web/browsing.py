"""A telephone's browser over the real server, and what every page must keep to whatever it shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Response
from webcase import PHONE_AGENT

HEAVIEST = 150 * 1024
"""Bytes of a page with all it loads, without the letter's PDF."""

# Every rule names what breaks it. Not a whole audit: that is axe-core's, run by hand (docs/receipt.zh.md).
AUDIT = """
() => {
  const faults = [];
  const name = (node) => (node.getAttribute("aria-label") || node.textContent || "").trim();
  const shown = (node) => node.offsetParent !== null || getComputedStyle(node).position === "fixed";
  if (!document.documentElement.lang) faults.push("html without lang");
  if (!document.title) faults.push("no title");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  let level = 1;
  for (const head of document.querySelectorAll("h1, h2, h3")) {
    const here = Number(head.tagName[1]);
    if (here > level + 1) faults.push("heading skips a level: " + head.textContent);
    level = here;
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (!field.labels.length && !field.getAttribute("aria-label")) faults.push("no label: " + field.outerHTML);
  }
  for (const one of document.querySelectorAll("button, a[href]")) {
    if (!name(one)) faults.push("no name: " + one.outerHTML);
  }
  for (const one of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
    const ids = (one.getAttribute("aria-describedby") || "") + " " + (one.getAttribute("aria-labelledby") || "");
    for (const id of ids.trim().split(/ +/)) if (!document.getElementById(id)) faults.push("names no element: " + id);
  }
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  if (new Set(ids).size !== ids.length) faults.push("an id stands twice");
  for (const set of document.querySelectorAll("fieldset")) if (!set.querySelector("legend")) faults.push("no legend");
  const touched = "button, .button, .check, main input:not([type=hidden], [type=radio], [type=checkbox])";
  for (const one of document.querySelectorAll(touched)) {
    if (shown(one) && one.getBoundingClientRect().height < 43) faults.push("too small to touch: " + one.outerHTML);
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) faults.push("wider than the screen: " + wide);
  const light = (colour) => {
    const linear = (v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => linear(Number(part) / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  for (const node of document.querySelectorAll("p, li, dt, dd, h1, h2, h3, label, legend, button, a, td, th, span")) {
    if (!shown(node) || !name(node)) continue;
    const [one, two] = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
    if ((one + .05) / (two + .05) < 4.5) faults.push("too faint: " + node.textContent.trim().slice(0, 40));
  }
  return faults;
}
"""


class Phone:
    """One telephone: its pages are audited and weighed, and nothing may go wrong in them unseen."""

    def __init__(self, context: BrowserContext, base: str, shots: Path) -> None:
        self.context, self.base, self.shots = context, base, shots
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self._weight = 0
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def _said(self, message: Any) -> None:
        # That a wrong code is answered by 403 is no fault of the page.
        if message.type == "error" and "responded with a status of 4" not in message.text:
            self.complaints.append(message.text)

    def _asked(self, request: Any) -> None:
        assert request.url.startswith((self.base, "blob:")), f"the page asked {request.url}"
        if request.is_navigation_request():
            self._weight = 0

    def _answered(self, response: Response) -> None:
        if response.headers.get("content-type", "").startswith("application/pdf") or response.status >= 300:
            return
        with suppress(Error):  # of a page that was left before it was there
            self._weight += len(response.body())

    def picture(self, name: str) -> None:
        """A picture for people, where somebody wants to look at it."""
        if folder := os.environ.get("WEB_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(Path(folder) / f"{self.shots.name}-{name}.png"), full_page=True)

    def look(self, name: str) -> None:
        """A picture, and that the page is in order."""
        self.page.wait_for_load_state("load")  # with all it loads; nothing is fetched later unasked
        self.picture(name)
        if axe := os.environ.get("WEB_AXE"):  # the audit by hand: the file of axe-core
            self.page.evaluate(Path(axe).read_text("utf-8"))
            found = self.page.evaluate(
                "async () => (await axe.run()).violations.map((v) => [v.impact, v.id, v.nodes.map((n) => n.html)])"
            )
            print(f"axe {self.shots.name} {name}: {found}")
            assert not [one for one in found if one[0] in ("serious", "critical")], found
        assert self.page.evaluate(AUDIT) == [], name
        assert self._weight <= HEAVIEST, f"{name} weighs {self._weight} bytes"
        assert self.complaints == [], name


@contextmanager
def _held(context: BrowserContext, base: str, shots: Path) -> Iterator[Phone]:
    context.set_default_timeout(15_000)
    try:
        yield Phone(context, base, shots)
    finally:
        context.close()


@contextmanager
def kept_phone(
    chromium: tuple[Any, str], folder: Path, base: str, shots: Path, *, offline: bool = False
) -> Iterator[Phone]:
    """A telephone whose browser keeps in ``folder`` what browsers keep, for when it is started again."""
    engine, program = chromium
    context = engine.launch_persistent_context(
        folder, executable_path=program, args=["--no-sandbox"], viewport={"width": 390, "height": 844},
        is_mobile=True, has_touch=True, user_agent=PHONE_AGENT, locale="zh-CN", timezone_id="Asia/Shanghai",
        offline=offline,
    )  # fmt: skip
    with _held(context, base, shots) as made:
        yield made


@contextmanager
def phone(
    browser: Browser, base: str, shots: Path, locale: str = "zh-CN", agent: str = PHONE_AGENT
) -> Iterator[Phone]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True, user_agent=agent,
        locale=locale, timezone_id="Asia/Shanghai", accept_downloads=True, ignore_https_errors=True,
    )  # fmt: skip
    with _held(context, base, shots) as made:
        yield made
