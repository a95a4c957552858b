"""Which authorities an office accepts, and since when: one file for `evidence anchor` and `verify --trust-tsa`."""

# ruff: noqa: F811 - fixtures of another file, taken by their names

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from authority import POLICY, Authority
from speaking import Command
from test_time_anchor import command, configure, entries, no_proxy, office, plain_office  # noqa: F401 - fixtures
from test_time_bundle import AT, CA, OTHER, OTHER_CA, TSA, case, failures, when

from evidence.errors import EvidenceError
from evidence.model.report import Report, Verdict
from evidence.model.timepolicy import AcceptedAuthority, parse_time_policy
from evidence.verify import parse_trust_tsa, verify_paths
from evidence.verify.words import render_text

CERTIFICATE = hashlib.sha256(TSA.der).hexdigest()


def text(*rows: str, version: str = "version = 1", name: str = "样例", ca: str = "ca.pem") -> str:
    return "\n".join([version, "[[authority]]", f'name = "{name}"', f'ca = "{ca}"', *rows, ""])


def faults(policy: str) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        parse_time_policy(policy, "tsa-policy.toml")
    assert {problem.code for problem in caught.value.problems} == {"verify.tsa-policy"}
    return [str(problem.params["key"]) for problem in caught.value.problems]


def test_a_whole_file_reads_back() -> None:
    (found,) = parse_time_policy(
        text(
            f'certificates = ["{"a" * 64}"]', 'policies = ["1.2.3.4"]', 'hashes = ["sha256", "sm3"]',
            "since = 2026-01-01", "until = 2029-12-31",
        ),
        "f",
    )  # fmt: skip
    assert found == AcceptedAuthority(
        "样例", "ca.pem", ("a" * 64,), ("1.2.3.4",), ("sha256", "sm3"), date(2026, 1, 1), date(2029, 12, 31)
    )


@pytest.mark.parametrize(
    ("policy", "keys"),
    [
        ("", ["version", "authority"]),
        ("version = 2\n[[authority]]\nname = 'a'\nca = 'b'", ["version"]),
        (text("polices = ['1.2.3']"), ["authority.1.polices"]),
        ("trust = true\n" + text(), ["trust"]),
        (text("policies = []", "hashes = ['md5']"), ["authority.1.policies", "authority.1.hashes"]),
        (text("policies = ['1.2.3.']"), ["authority.1.policies"]),
        (text("certificates = ['AB']"), ["authority.1.certificates"]),
        (text("since = '2026-01-01'"), ["authority.1.since"]),
        (text("since = 2026-01-01T00:00:00Z"), ["authority.1.since"]),
        (text("since = 2027-01-01", "until = 2026-01-01"), ["authority.1.until"]),
        (text(name=" ", ca=""), ["authority.1.name", "authority.1.ca"]),
        ("not toml", ["TOML"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_nobody_knows_is_an_error_and_all_are_told(policy: str, keys: list[str]) -> None:
    assert faults(policy) == keys


@pytest.mark.parametrize(
    ("condition", "objection"),
    [
        ({}, ""),
        ({"certificates": ("b" * 64,)}, "certificates"),
        ({"policies": ("1.9",)}, "policies"),
        ({"hashes": ("sm3",)}, "hashes"),
        ({"since": date(2026, 11, 25)}, "since"),
        ({"since": date(2026, 11, 24), "until": date(2026, 11, 24)}, ""),
        ({"until": date(2026, 11, 23)}, "until"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_each_condition_is_held_against_the_timestamp(condition: dict[str, object], objection: str) -> None:
    rule = AcceptedAuthority("a", "ca.pem", **condition)  # type: ignore[arg-type]
    at = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    assert rule.objection(certificate="a" * 64, policy="1.2.3", algorithm="sha256", at=at) == objection


# --- verify


def verified(folder: Path, files: dict[str, bytes], *rows: str) -> Report:
    from builder import write_folder

    (folder / "trust").mkdir()
    (folder / "trust" / "ca.pem").write_bytes(CA.pem)
    (folder / "trust" / "tsa.toml").write_text(text(*rows), "utf-8")
    return verify_paths(
        [write_folder(folder / "bundle", files)], trust_tsa=parse_trust_tsa([folder / "trust" / "tsa.toml"])
    )


def test_a_timestamp_the_file_accepts_dates_the_entries(tmp_path: Path) -> None:
    conditions = [f'certificates = ["{CERTIFICATE}"]', f'policies = ["{POLICY}"]', 'hashes = ["sha256"]']
    report = verified(
        tmp_path, case().files(), *conditions, f"since = {AT:%Y-%m-%d}", f"until = {AT:%Y-%m-%d}"
    )
    assert report.ok, failures(report)
    assert "when-letter-dated" in when(report)[1]


@pytest.mark.parametrize(
    "condition",
    [
        'policies = ["1.2.3"]',
        'hashes = ["sm3"]',
        "until = 2026-11-23",
        "since = 2026-11-25",
        f'certificates = ["{"0" * 64}"]',
    ],
)
def test_one_it_does_not_accept_shows_nothing_and_is_told(condition: str, tmp_path: Path) -> None:
    report = verified(tmp_path, case().files(), condition)
    assert failures(report) == {"time.authority ts-not-accepted"}
    assert condition.split(" ")[0] in render_text(report, "zh")
    assert when(report)[0] is not Verdict.SHOWN


def test_one_accepted_is_enough(tmp_path: Path) -> None:
    made = case()
    made.stamp(OTHER, name="tsa2", certificates=[OTHER.der, OTHER_CA.der])
    report = verified(tmp_path, made.files())
    assert report.ok, failures(report)


def test_a_file_without_its_certificate_is_told(tmp_path: Path) -> None:
    (tmp_path / "tsa.toml").write_text(text(), "utf-8")
    with pytest.raises(EvidenceError) as caught:
        parse_trust_tsa([tmp_path / "tsa.toml", tmp_path / "none.toml"])
    assert [problem.code for problem in caught.value.problems] == ["verify.trust-tsa-unreadable"] * 2


# --- anchor


def test_anchor_keeps_what_the_office_accepts_and_nothing_else(
    office: Path,
    authority: Authority,
    command: Command,
) -> None:
    configure(office, authority.table("tsa1"), '\n[time]\npolicy = "tsa-policy.toml"\n')
    policy = office / "tsa-policy.toml"
    for condition, key in (('policies = ["1.2.3"]', "policies"), ("until = 2020-01-01", "until")):
        policy.write_text(text(condition, ca=str(authority.ca_file)), "utf-8")
        refused = command("-C", office, "--lang", "zh", "anchor")
        assert (refused.code, "[stamp.tsa-not-accepted]" in refused.err, key in refused.err) == (
            10,
            True,
            True,
        )
        assert not [one for one in entries(office) if one["type"] == "time.anchored"]
    policy.write_text(text("nobody = 1", ca=str(authority.ca_file)), "utf-8")
    assert "[verify.tsa-policy]" in command("-C", office, "anchor").err
    policy.write_text(text('hashes = ["sha256"]', ca=str(authority.ca_file)), "utf-8")
    assert command("-C", office, "anchor").code == 0
    assert len([one for one in entries(office) if one["type"] == "time.anchored"]) == 1


def test_an_authority_the_file_does_not_name_is_refused(
    office: Path,
    authority: Authority,
    stranger: Authority,
    command: Command,
) -> None:
    configure(office, authority.table("tsa1"), '\n[time]\npolicy = "tsa-policy.toml"\n')
    (office / "tsa-policy.toml").write_text(text(ca=str(stranger.ca_file)), "utf-8")
    assert "[stamp.tsa-not-accepted]" in command("-C", office, "anchor").err
    (office / "tsa-policy.toml").unlink()
    assert "[general.file-unreadable]" in command("-C", office, "anchor").err
