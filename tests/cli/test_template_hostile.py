"""Templates made to do harm: whoever hands one in gets exit code 5, soon, and nothing is written.

Each is put through the command line in a process of its own, once to ``template check`` and once, as the office's own
pack, to ``issue``: 5 seconds of processor time and 500 MB are all it may take. The processes are forked from one that
has the program loaded, which none of them has to do again; the worst of them are started from nothing, too.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
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
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for n in range(megabytes // 100):
            with archive.open(f"word/theme/theme{n}.xml", "w") as member:
                for _ in range(100):
                    member.write(b" " * 2**20)
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
    "as many rows as may be": lambda: docx(
        p("{%p for a in lines %}"),
        p("{%p for b in lines %}"),
        "<w:p/>" * 4_000,
        *[p("{%p endfor %}")] * 2,
    ),
    "a fault in each paragraph": lambda: docx(
        p("{%p for a in lines %}"), p("利息") * 4_900, p("{%p endfor %}")
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


@cache
def made(name: str) -> bytes:
    return HOSTILE[name]()


# Reads requests, one a line, forks for each, and tells how it ended and what it took. Before the first it has checked
# a template that is good, and so read the law, the packs and the words that all of them need.
_SERVER = """
import contextlib, gc, json, os, resource, sys
import evidence.cli.issue, evidence.letters.checking.check, evidence.workspace.issue, evidence.workspace.notices
from evidence.cli import main
with contextlib.redirect_stdout(None), contextlib.suppress(SystemExit):
    sys.argv = ["evidence", "--json", "template", "check", sys.argv[1]]
    main()
gc.freeze()  # the forks need not look at it, nor have pages of their own for it
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
        out = os.open(asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.chdir(asked["cwd"])
        sys.argv[1:] = asked["words"]
        try:
            main()
        finally:
            sys.stdout.flush()
    _, status, used = os.wait4(child, 0)
    print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_maxrss // 1024]), flush=True)
"""

Told = tuple[int, dict[str, object], int]
"""Exit code, the JSON object, and the megabytes taken."""
Run = Callable[..., Told]


def environment() -> dict[str, str]:
    return {**os.environ, "EVIDENCE_TEST_NOW": estate.NOW, "EVIDENCE_TEST_SEED": "hostile"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[Run]:
    """The command line with the program loaded, under a limit of processor time."""
    out = tmp_path_factory.mktemp("run") / "out"
    good = checkout / "templates" / "zh" / "demand.docx"

    with subprocess.Popen(
        [sys.executable, "-c", _SERVER, good], env=environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip

        def ask(*words: object, cwd: Path) -> Told:
            assert server.stdin is not None and server.stdout is not None
            asked = {
                "words": ["--json", *map(str, words)],
                "cwd": str(cwd),
                "out": str(out),
                "seconds": SECONDS,
            }
            print(json.dumps(asked), file=server.stdin, flush=True)
            code, megabytes = json.loads(server.stdout.readline())
            assert code >= 0, f"stopped by signal {-code}"
            return code, json.loads(out.read_text("utf-8")), megabytes

        yield ask


_STARTER = """
import json, os, resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
done = subprocess.run([sys.executable, "-m", "evidence", "--json", *sys.argv[1:]], stdout=subprocess.PIPE)
taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([done.returncode, done.stdout.decode(), taken]))
"""


def started(*words: object, cwd: Path) -> Told:
    """The same from nothing. A small process starts it: what a large one forks is said to have taken as much."""
    starter = [sys.executable, "-c", _STARTER.format(seconds=SECONDS), *map(str, words)]
    done = subprocess.run(starter, cwd=cwd, env=environment(), capture_output=True, check=True)
    code, out, kilobytes = json.loads(done.stdout)
    assert code >= 0, f"stopped by signal {-code}"
    return code, json.loads(out), kilobytes // 1024


def refused(told: Told) -> bool:
    code, report, megabytes = told
    assert code == 5, report
    assert report["errors"]
    return megabytes < MEGABYTES


@pytest.mark.parametrize("name", HOSTILE)
def test_the_check_refuses_it_soon_and_small(name: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "demand.docx").write_bytes(made(name))
    assert refused(run("template", "check", "demand.docx", cwd=tmp_path))


@pytest.mark.parametrize("name", ["500 MB behind a small file", "a fault in each paragraph"])
def test_so_does_a_program_that_has_to_start_first(name: str, tmp_path: Path) -> None:
    (tmp_path / "demand.docx").write_bytes(made(name))
    assert refused(started("template", "check", "demand.docx", cwd=tmp_path))


@pytest.fixture(scope="module")
def own(run: Run, fresh_office: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a ledger and a pack of its own."""
    root = shutil.copytree(fresh_office, tmp_path_factory.mktemp("own") / "office")
    ledger = estate.ledger(root.parent / "ledger.csv")
    code, told, _ = run("-C", root, "import", ledger, cwd=root.parent)
    assert code == 0, told
    shutil.copytree(checkout / "templates" / "zh", root / "templates" / "zh")
    return root


@pytest.mark.parametrize("name", HOSTILE)
def test_no_letter_is_made_with_it(name: str, run: Run, own: Path) -> None:
    (own / "templates" / "zh" / "demand.docx").write_bytes(made(name))
    before = estate.files(own / "letters")
    assert refused(run("-C", own, "issue", "demand", "--converter", "builtin", cwd=own))
    assert estate.files(own / "letters") == before


def test_the_same_pack_with_its_own_template_makes_letters(
    own: Path, checkout: Path, command: Command
) -> None:
    shutil.copy(checkout / "templates" / "zh" / "demand.docx", own / "templates" / "zh" / "demand.docx")
    done = command("-C", own, "--json", "issue", "demand", "--converter", "builtin")
    assert (done.code, done.json["counts"]["issued"]) == (0, 4), done
