"""What programs read: one object on stdout, the same keys in every language, the same exit code with and without."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize

import casefile
import certificates
import estate
import pytest
from casefile import ACCOUNT
from speaking import Command

from evidence.model.letter import LetterKind
from evidence.workspace import Workspace

ENVELOPE = {"schema_version", "command", "as_of", "counts", "results", "warnings", "errors"}


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


# The lawyer of the sample office.
APPROVED = ("--lawyer", "样律师", "--licence", "00000202600000001")


def lines(office: Path, tmp_path: Path) -> dict[str, list[object]]:
    """One call of every command that is quick; ``{n}`` keeps what is made apart."""
    letter = next((office / "letters").rglob("*_2-2026-0001.pdf"))
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(casefile.photo(33))
    certificate = certificates.p12(tmp_path / "office.p12", "ec", secret="")
    return {
        "init": ["init", tmp_path / "new{n}", "--jurisdiction", "cn", "--locale", "zh"],
        "doctor": ["-C", office, "doctor"],
        "import": ["-C", office, "import", estate.ledger(tmp_path / "l.csv")],
        "status": ["-C", office, "status"],
        "statement": ["-C", office, "statement", ACCOUNT],
        "diff": ["-C", office, "diff", 1, 1],
        "issue": ["-C", office, "issue", "reminder", "--plan"],
        "approve": ["-C", office, "approve", "3-2026-0001", *APPROVED, "--converter", "builtin"],
        "withdraw": ["-C", office, "withdraw", "2-2026-0004", "--reason", "样本：面积有误"],
        "print": ["-C", office, "print", "last", "--plan"],
        "deliver": ["-C", office, "deliver", "2-2026-0002", "--channel", "posted", "--outcome", "delivered", "--at",
                    casefile.AT, "--server", "样甲", "--server", "样乙", "--proof", photo],
        "staff": ["-C", office, "staff", "list"],
        "exhibit": [
            "-C", office, "exhibit", "add", ACCOUNT, photo, "--name", "照片", "--source", "样本", "--proves", "样本",
        ],
        "case": ["-C", office, "case", "set", ACCOUNT, "whereabouts", "known=true", "proof=样本{n}"],
        "ready": ["-C", office, "ready", ACCOUNT],
        "bundle": ["-C", office, "bundle", ACCOUNT, "--converter", "builtin", *casefile.ON_PURPOSE],
        "verify": ["verify", letter, "--trust", office / "keys" / "signing.pub"],
        "disclose": ["-C", office, "disclose", "2-2026-0001", tmp_path / "facts{n}.json"],
        "sign": ["-C", office, "sign", "2-2026-0001", "--certificate", certificate, "-o", tmp_path / "signed{n}.pdf"],
        "erase": ["-C", office, "erase", estate.OWNERS[2][0], "--yes"],
        "anchor": ["-C", office, "anchor"],
        "journal": ["-C", office, "journal", "check"],
        "key": ["-C", office, "key", "show"],
        "migrate": ["-C", office, "migrate"],
        "backup": ["-C", office, "backup", tmp_path / "backup{n}.zip", "--without-keys"],
        "restore": ["restore", _backup(office, tmp_path), tmp_path / "restored{n}"],
        "law": ["law", "rates"],
        "template": ["template", "list"],
        "explain": ["explain", "workspace.missing"],
    }  # fmt: skip


def _backup(office: Path, tmp_path: Path) -> Path:
    path = tmp_path / "made.zip"
    if not path.exists():
        with Workspace.open(office, source=casefile.later()) as made:
            made.backup(path, with_keys=False)
    return path


def test_every_command_is_called_here(served_office: Path, tmp_path: Path) -> None:
    """A new command belongs into the list above, unless it is a whole story of its own."""
    from evidence.cli._root import COMMANDS

    assert set(lines(served_office, tmp_path)) == set(COMMANDS) - {"demo", "serve", "redact"}


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("show", ACCOUNT),
        ("set", ACCOUNT, "filing"),
        ("event", ACCOUNT, "contact", "at=2026-11-20 10:00", "channel=call"),
    ],
    ids=lambda words: words[0] + str(len(words)),
)  # fmt: skip
def test_the_parts_of_case_say_the_same_in_every_language(
    words: tuple[str, ...], office: Path, command: Command
) -> None:
    command("-C", office, "case", "set", "-", "licence", "on_file=true")
    told = [command("-C", office, "--lang", lang, "--json", "case", *words).json for lang in ("en", "zh")]
    for one in told:
        assert (set(one) >= ENVELOPE, one["command"], one["errors"]) == (True, "case", [])
        assert sum(one["counts"].values()) == len(one["results"])
    if words[0] != "event":  # recorded once: the second call adds nothing
        assert told[0]["results"] == told[1]["results"]


def shape(value: Any) -> Any:
    """Keys and types, without what is said: what a program relies on."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def test_the_envelope_is_the_same_for_every_command_in_every_language(
    office: Path, command: Command, tmp_path: Path
) -> None:
    with Workspace.open(office, source=casefile.later()) as made:
        # A draft to approve, before the demand's time is over.
        overrides = {"R16": "样本"}
        made.issue(LetterKind.LAWYER_LETTER, accounts=[ACCOUNT], converter="builtin", overrides=overrides)
    for name, words in lines(office, tmp_path).items():
        shapes = []
        for lang in ("en", "zh", "zh-Hant"):
            done = command("--lang", lang, "--json", *(str(word).replace("{n}", lang) for word in words))
            told = done.json
            assert done.code == 0, (name, done)
            assert set(told) >= ENVELOPE, name
            assert (told["schema_version"], told["command"], told["errors"]) == (1, name, []), name
            assert told["as_of"] == "2026-11-25"
            assert all(isinstance(count, int) for count in told["counts"].values())
            assert isinstance(told["results"], list)
            assert "\x1b" not in done.out
            shapes.append(shape({**told, "warnings": []}))
        assert shapes[0] == shapes[1] == shapes[2], name


OPTIONS = {
    "status": (["--building", "1栋"], ["--segment", "occasional"]),
    "statement": (["--ledger-paid", "before-events"], ["--annex", "annexes", "--converter", "builtin"]),
    "issue": (["--due"], ["--building", "2栋"], ["--account", ACCOUNT, "--locale", "zh-Hant"]),
    "ready": (["--region", "lenient"], ["--region", "strict"]),
    "import": (["--check"], ["--until", "2026-11-25"], ["--skip-invalid"], ["--encoding", "utf-8"]),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_changes_what_is_told_and_no_key(
    name: str, office: Path, command: Command, tmp_path: Path
) -> None:
    """Keys of the object, of its counts, and of every row where there is one."""
    plain = lines(office, tmp_path)[name]
    told = command("--json", *plain).json
    for options in OPTIONS[name]:
        done = command("--json", *plain, *options)
        assert done.code == 0, (options, done)
        assert done.json.keys() == told.keys(), options
        assert done.json["counts"].keys() == told["counts"].keys(), options
        keys = {frozenset(row) for row in (*told["results"], *done.json["results"])}
        assert len(keys) <= 1, options


def test_options_choose_the_rows(office: Path, command: Command) -> None:
    def accounts(*words: object) -> list[str]:
        return [row["account"] for row in command("-C", office, "--json", *words).json["results"]]

    assert accounts("status", "--building", "1栋") == ["1栋1单元101", "1栋1单元102"]
    assert accounts("status", "--segment", "company") == ["1栋1单元101"]
    assert accounts("status", "--segment", "tenant") == []
    (annexed,) = command(
        "-C", office, "--json", "statement", ACCOUNT, "--annex", "annexes", "--converter", "builtin"
    ).json["results"]
    assert [annex["kind"] for annex in annexed["annexes"]] == ["fee-statement"], "no rate, no late charge"
    assert Path(annexed["annexes"][0]["pdf"]).is_file()


def test_the_exit_code_is_the_same_with_and_without_json(
    office: Path, command: Command, tmp_path: Path
) -> None:
    faults: list[list[object]] = [
        ["-C", tmp_path, "status"],
        ["-C", office, "import", "none.xlsx"],
        ["-C", office, "issue", "instalment-agreement"],
        ["-C", office, "bundle", "nobody"],
        ["-C", office, "--as-of", "2026-01-01", "issue", "demand", "--account", ACCOUNT],
        ["verify", tmp_path / "none.pdf"],
        ["explain", "no.such"],
        ["nonsense"],
        ["issue"],
        ["--as-of", "tomorrow", "status"],
    ]
    for words in faults:
        plain, as_json = command(*words), command("--json", *words)
        assert plain.code == as_json.code != 0, words
        assert plain.out == "", words
        (error, *_) = as_json.json["errors"]
        assert set(error) == {"code", "message", "where", "hint"}
        assert error["code"] in plain.err or error["code"] == "general.usage"
        assert re.fullmatch(r"[a-z]+\.[a-z0-9-]+", error["code"])


def test_global_options_may_stand_before_or_after_the_command(office: Path, command: Command) -> None:
    before = command("-C", office, "--json", "--lang", "zh", "--as-of", "2026-02-20", "status")
    after = command("status", "-C", office, "--json", "--lang", "zh", "--as-of", "2026-02-20")
    assert before == after
    assert after.json["as_of"] == "2026-02-20"
    assert after.json["results"][0]["overdue"] == "100.00"
    nested = command("journal", "show", "--json", "-C", office)
    assert nested.json["results"][0]["checkpoint"].startswith("evidence.local/TEST/")


DEBT = (
    "account", "premises", "building", "debtor", "outstanding", "overdue", "held", "late_charge", "currency",
    "oldest_due", "due_is_assumed", "lapses_on", "expired", "letters",
)  # fmt: skip


def test_status_tells_each_debt_with_money_as_text(office: Path, command: Command) -> None:
    told = command("-C", office, "status", "--json").json
    debt = {key: told["results"][0][key] for key in DEBT}
    assert debt == {
        "account": "1栋1单元101",
        "premises": "1栋1单元101",
        "building": "1栋",
        "debtor": "张三 <女> & 公司",
        "outstanding": "220.50",
        "overdue": "220.50",
        "held": "0.00",
        "late_charge": None,
        "currency": "CNY",
        "oldest_due": "2026-02-15",
        "due_is_assumed": False,
        "lapses_on": "2029-11-25",
        "expired": 0,
        "letters": [{"number": "2-2026-0001", "grade": "A", "events": 1, "paper": None}],
    }
    for row in told["results"]:
        assert re.fullmatch(r"\d+\.\d\d", row["outstanding"])
        assert date.fromisoformat(row["oldest_due"])


@pytest.mark.parametrize("name", ["ledger.xlsx", "more/ledger.csv", "more/small.ods", "more/small.xls"])
def test_status_of_a_sample_is_its_truth_to_the_fen(
    name: str, fresh_office: Path, command: Command, checkout: Path, tmp_path: Path
) -> None:
    truth = json.loads((checkout / "samples" / "truth.json").read_text("utf-8"))["files"][name]
    office = shutil.copytree(fresh_office, tmp_path / "office")
    assert command("-C", office, "import", checkout / "samples" / name).code == 0
    rows = command("-C", office, "status", "--json").json["results"]
    assert str(sum(Decimal(row["outstanding"]) for row in rows)) == truth["grand_total"]
    expected = {
        account: (row["debtor"], row["premises"], row["outstanding"], row["oldest_due"])
        for account, row in truth["accounts"].items()
        if row["outstanding"] != "0.00"
    }
    # The ledger writes one home in full-width characters, and so does a letter to it.
    found = {
        row["account"]: (
            row["debtor"],
            normalize("NFKC", row["premises"]),
            row["outstanding"],
            row["oldest_due"],
        )
        for row in rows
    }
    assert found == expected


def test_another_jurisdiction_counts_in_its_own_money(
    command: Command, checkout: Path, tmp_path: Path
) -> None:
    truth = json.loads((checkout / "samples" / "truth.json").read_text("utf-8"))["files"]["more/taiwan.csv"]
    assert command("init", tmp_path / "tw", "--jurisdiction", "tw", "--locale", "zh-Hant").code == 0
    assert command("-C", tmp_path / "tw", "import", checkout / "samples" / "more" / "taiwan.csv").code == 0
    rows = command("-C", tmp_path / "tw", "status", "--json").json["results"]
    assert {row["currency"] for row in rows} == {"TWD"}
    assert sum(Decimal(row["outstanding"]) for row in rows) == Decimal(truth["grand_total"])


def test_nobody_owing_is_no_fault(command: Command, fresh_office: Path, tmp_path: Path) -> None:
    office = shutil.copytree(fresh_office, tmp_path / "office")
    paid = [estate.HEADER, ["1-101", "样甲", "物业费", "2026年1月", "2026-01-15", "5.00", "5.00"]]
    (tmp_path / "l.csv").write_text("".join(",".join(row) + "\n" for row in paid), "utf-8")
    assert command("-C", office, "import", tmp_path / "l.csv").code == 0
    done = command("-C", office, "status", "--json")
    counts = {"accounts": 0, "faulty": 0, "unanswered": 0}
    assert (done.code, done.json["results"], done.json["counts"]) == (0, [], counts)
    assert command("-C", office, "--lang", "zh", "status").out == "没有欠费。\n"


def test_import_and_issue_report_what_they_made(fresh_office: Path, command: Command, tmp_path: Path) -> None:
    office = shutil.copytree(fresh_office, tmp_path / "office")
    told = command("-C", office, "--json", "import", estate.ledger(tmp_path / "l.csv")).json
    assert told["counts"] == {"rows": 12, "accounts": 4, "owing": 4, "skipped": 0}
    assert told["results"][0]["outstanding"] == "894.00"
    told = command("-C", office, "--json", "issue", "demand", "--converter", "builtin").json
    assert told["counts"] == {"issued": 4, "planned": 4, "skipped": 0}
    assert told["results"][1] == {
        "number": "2-2026-0002", "account": "1栋1单元102", "debtor": "㛃䶮", "total": "222.50",
        "draft": False,
    }  # fmt: skip
    assert told["converter"].startswith("builtin ")
    assert (office / "letters" / told["folder"]).is_dir()
    with Workspace.open(office, source=casefile.later()) as made:
        assert made.check_journal()[1] == ()


def test_json_and_json_lines_exclude_each_other(office: Path, command: Command) -> None:
    for words in (["--json", "print", "last", "--json-lines"], ["print", "last", "--json-lines", "--json"]):
        done = command("--lang", "zh", "-C", office, *words)
        *_, told = done.out.splitlines(keepends=False) if "{\n" not in done.out else [done.out]
        assert (done.code, json.loads(told)["errors"][0]["code"]) == (2, "general.usage"), words
        assert "不能同时使用" in told


def test_under_json_lines_the_last_line_is_what_json_says(
    office: Path, command: Command, tmp_path: Path
) -> None:
    """And those before it are events: one object a line, nothing else on stdout."""
    calls: list[tuple[str, list[object]]] = [
        ("print", ["-C", office, "print", "last", "--out", tmp_path / "print{n}", "--no-slips"]),
        ("backup", ["-C", office, "backup", tmp_path / "b{n}.zip", "--without-keys"]),
        ("restore", ["restore", tmp_path / "blines.zip", tmp_path / "made{n}"]),
        ("bundle", ["-C", office, "bundle", "--due", "--converter", "builtin"]),
        ("migrate", ["-C", office, "migrate"]),
        ("issue", ["-C", office, "issue", "reminder", "--plan"]),
    ]
    for name, words in calls:
        told = command(*(str(word).replace("{n}", "lines") for word in words), "--json-lines")
        *events, last = [json.loads(line) for line in told.out.splitlines()]
        plain = command("--json", *(str(word).replace("{n}", "plain") for word in words)).json
        assert (last.pop("event"), last.pop("exit"), last["command"]) == ("finished", told.code, name)
        assert all(event["schema_version"] == 1 for event in events)
        assert shape({**last, "at": ""}) == shape({**plain, "at": ""}), name
        counted = [event for event in events if event["event"] == "progress"]
        if name in ("print", "backup", "restore"):
            assert counted[-1]["done"] == counted[-1]["total"] > 0, name
