"""Templates made to do harm: whoever hands one in gets exit code 5, soon, and nothing is written.

Each is put through the command line in a process of its own, once to ``template check`` and once, as the office's own
pack, to ``issue``: 5 seconds of processor time and 500 MB are all it may take.
"""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import estate
import pytest
from speaking import Command

sys.path.insert(0, str(Path(__file__).parents[1] / "letters"))

from engine_templates import content_types, docx, p, part, relationships, row, table

SECONDS, MEGABYTES = 5, 500
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def with_part(name: str, data: bytes) -> bytes:
    return docx(p("{{ number }}"), parts={name: data})


def bomb(megabytes: int) -> bytes:
    """Blanks that deflate a thousandfold."""
    out = io.BytesIO(docx(p("x")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for n in range(megabytes // 100):
            archive.writestr(f"word/theme/theme{n}.xml", b" " * (100 * 2**20))
    return out.getvalue()


def many_elements() -> bytes:
    """30 MB of the smallest elements: little to read, and gigabytes as a tree."""
    body = "<w:p/>" * 5_000_000
    return docx(parts={"word/document.xml": part("document", f"<w:body>{body}</w:body>")})


def nested(depth: int) -> bytes:
    loops = "".join(f"{{% for a{n} in lines %}}" for n in range(depth))
    return docx(p(loops + "{{ number }}" + "{% endfor %}" * depth))


def linked(kind: str, target: str) -> bytes:
    return docx(p("x"), parts={"word/_rels/document.xml.rels": relationships((kind, target, "External"))})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "code through attributes": lambda: docx(p("{{ debtor.__class__.__mro__[1].__subclasses__() }}")),
    "code through globals": lambda: docx(p("{{ cycler.__init__.__globals__.os.popen('id').read() }}")),
    "code in the properties": lambda: docx(
        p("x"),
        parts={
            "[Content_Types].xml": content_types(
                docProps__core_xml="application/vnd.openxmlformats-package.core-properties+xml"
            ),
            "docProps/core.xml": b'<c xmlns:dc="http://purl.org/dc/elements/1.1/">'
            b"<dc:subject>{{ x.__init__ }}</dc:subject></c>",
        },
    ),
    "a range": lambda: docx(p("{% for x in range(10**11) %}{% endfor %}")),
    "a power": lambda: docx(p("{{ 9**9**9**9 }}")),
    "a long text": lambda: docx(p("{{ 'a' * 10000000000 }}")),
    "loops inside loops": lambda: nested(6),
    "too many loops": lambda: nested(60),
    "a loop over a huge row": lambda: docx(
        table(row("{%tr for line in lines %}"), row("字" * 300_000), row("{%tr endfor %}")),
        p("{% for a in lines %}{% for b in lines %}" + "字" * 20_000 + "{% endfor %}{% endfor %}"),
    ),
    "many rows of nothing": lambda: docx(
        p("{%p for a in lines %}"),
        p("{%p for b in lines %}"),
        p("{%p for c in lines %}"),
        "<w:p/>" * 60_000,
        *[p("{%p endfor %}")] * 3,
    ),
    "an unbounded include": lambda: docx(p("{% include '/etc/passwd' %}")),
    "a picture from elsewhere": lambda: linked("image", "http://example.invalid/x.png"),
    "a template from elsewhere": lambda: linked("attachedTemplate", "http://example.invalid/x.dotm"),
    "an OLE object": lambda: docx(p("x"), "<w:p><w:r><w:object><w:OLEObject/></w:object></w:r></w:p>"),
    "a macro": lambda: docx(p("x"), parts={"[Content_Types].xml": content_types(word__document_xml=MACRO)}),
    "a field that fetches": lambda: docx(
        '<w:p><w:fldSimple w:instr="INCLUDETEXT http://example.invalid/x"/></w:p>'
    ),
    "entities": lambda: docx(
        parts={"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + part("document", "<w:body/>")}
    ),
    "deep nesting": lambda: docx("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000),
    "500 MB behind a small file": lambda: bomb(500),
    "many elements": many_elements,
    "many members": lambda: docx(p("x"), parts={f"word/media/{n}.png": b"" for n in range(5_000)}),
    "thousands of tags": lambda: docx(*[p("{{ number }}" * 40)] * 200),
    "a name that climbs": lambda: with_part("../../evil.txt", b"x"),
    "no ZIP at all": lambda: b"PK\x03\x04" + b"\0" * 100_000,
}


def run(*words: object, cwd: Path) -> tuple[int, dict[str, object], int]:
    """Exit code, the JSON object, and the megabytes taken, under a limit of processor time."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    environment = {**os.environ, "EVIDENCE_TEST_NOW": estate.NOW, "EVIDENCE_TEST_SEED": "hostile"}
    with subprocess.Popen(
        [sys.executable, "-m", "evidence", "--json", *map(str, words)],
        cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limited,  # noqa: PLW1509
    ) as process:  # fmt: skip
        assert process.stdout is not None
        out = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode >= 0, f"stopped by signal {-process.returncode}"
    return process.returncode, json.loads(out), used.ru_maxrss // 1024


@pytest.mark.parametrize("name", HOSTILE)
def test_the_check_refuses_it_soon_and_small(name: str, tmp_path: Path) -> None:
    (tmp_path / "demand.docx").write_bytes(HOSTILE[name]())
    code, told, megabytes = run("template", "check", "demand.docx", cwd=tmp_path)
    assert code == 5, told
    assert told["errors"]
    assert megabytes < MEGABYTES


@pytest.fixture(scope="module")
def own(fresh_office: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a ledger and a pack of its own."""
    root = shutil.copytree(fresh_office, tmp_path_factory.mktemp("own") / "office")
    ledger = estate.ledger(root.parent / "ledger.csv")
    code, told, _ = run("-C", root, "import", ledger, cwd=root.parent)
    assert code == 0, told
    shutil.copytree(checkout / "templates" / "zh", root / "templates" / "zh")
    return root


@pytest.mark.parametrize("name", HOSTILE)
def test_no_letter_is_made_with_it(name: str, own: Path) -> None:
    (own / "templates" / "zh" / "demand.docx").write_bytes(HOSTILE[name]())
    before = estate.files(own / "letters")
    code, told, megabytes = run("-C", own, "issue", "demand", "--converter", "builtin", cwd=own)
    assert code == 5, told
    assert estate.files(own / "letters") == before
    assert megabytes < MEGABYTES


def test_the_same_pack_with_its_own_template_makes_letters(
    own: Path, checkout: Path, command: Command
) -> None:
    shutil.copy(checkout / "templates" / "zh" / "demand.docx", own / "templates" / "zh" / "demand.docx")
    done = command("-C", own, "--json", "issue", "demand", "--converter", "builtin")
    assert (done.code, done.json["counts"]["issued"]) == (0, 4), done
