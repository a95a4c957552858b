"""A signing key in a device: SoftHSM, which keeps its keys behind PKCS#11 as a USB key or an HSM does.

Its library is loaded once in a process, and finds the devices made before.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import casefile
import pytest
from speaking import Answer, Command, in_a_shell

from evidence.errors import EvidenceError
from evidence.model.letter import LetterKind
from evidence.model.office import KeyDevice
from evidence.model.report import Status
from evidence.stamp import device as device_module
from evidence.stamp.device import DeviceKey, only_key
from evidence.stamp.keys import SigningKey
from evidence.verify import parse_trust, verify_paths
from evidence.workspace import Workspace, keyring

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
MODULE = next((path for path in MODULES if Path(path).exists()), "")
PIN = "样本1234"
pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
pytestmark = pytest.mark.skipif(
    not MODULE or shutil.which("softhsm2-util") is None, reason="SoftHSM is not installed"
)


@pytest.fixture(scope="module", autouse=True)
def devices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Three devices; the library reads its settings when it is loaded, once for the whole process."""
    folder = tmp_path_factory.mktemp("devices")
    (folder / "tokens").mkdir()
    settings = f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    (folder / "softhsm2.conf").write_text(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        for label in ("office", "empty", "told", "locked"):
            command = [
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                label,
                "--pin",
                PIN,
                "--so-pin",
                "5678",
            ]
            subprocess.run(command, check=True, capture_output=True)
        yield


def place(label: str, device: str = "office", module: str = MODULE) -> KeyDevice:
    return KeyDevice(module, device, label)


def made(label: str) -> DeviceKey:
    return only_key(place(label), lambda: PIN, generate=True)


def code(run: object, *arguments: object, **options: object) -> str:
    with pytest.raises(EvidenceError) as caught:
        run(*arguments, **options)  # type: ignore[operator]
    return caught.value.problems[0].code


# --- the key itself


def test_it_signs_as_a_key_in_a_file_does() -> None:
    key = made("one")
    signature = key.sign(b"message")
    assert len(signature) == 64
    assert key.public.verifies(signature, b"message")
    assert key.sign(b"message") == signature  # Ed25519 has one signature for a message
    again = DeviceKey(place("one"), key.public, lambda: PIN)
    assert again.sign(b"message") == signature
    assert PIN not in repr(again)


def test_it_cannot_be_taken_out() -> None:
    import pkcs11

    key = made("kept")
    assert key._session is not None
    half = key._session.private(key.public)
    assert (half[pkcs11.Attribute.EXTRACTABLE], half[pkcs11.Attribute.SENSITIVE]) == (False, True)
    with pytest.raises((pkcs11.AttributeSensitive, pkcs11.AttributeTypeInvalid)):
        half[pkcs11.Attribute.VALUE]


def test_the_one_key_of_a_label_is_found_and_none_or_several_are_told() -> None:
    first = made("found")
    assert only_key(place("found"), lambda: PIN).public == first.public
    made("found")
    assert code(only_key, place("found"), lambda: PIN) == "stamp.device-several"
    assert code(only_key, place("nobody"), lambda: PIN) == "stamp.device-no-key"
    assert code(only_key, place("", "empty"), lambda: PIN) == "stamp.device-no-key"


@pytest.mark.parametrize(
    ("where", "pin", "wanted"),
    [
        (place("", "nowhere"), PIN, "stamp.device-absent"),
        (place("", ""), PIN, "stamp.device-which"),
        (place("", module="/nowhere/lib.so"), PIN, "stamp.device-module"),
        (place("", module="/etc/hostname"), PIN, "stamp.device-module"),
        (place("", "locked"), "", "stamp.device-pin-missing"),
        (place("", "locked"), "0000", "stamp.device-pin-wrong"),
        (place("", "locked"), "x" * 400, "stamp.device-pin-wrong"),
    ],
    ids=["device", "several", "no-file", "no-library", "no-pin", "wrong-pin", "long-pin"],
)
def test_what_stands_in_the_way_is_named(where: KeyDevice, pin: str, wanted: str) -> None:
    assert code(only_key, where, lambda: pin) == wanted


def test_a_pin_is_tried_once_and_asked_for_once() -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append("")
        return PIN

    key = DeviceKey(place("asked"), made("asked").public, ask)
    assert asked == []
    key.sign(b"a")
    key.sign(b"b")
    key.generate().sign(b"c")
    assert len(asked) == 1


def test_a_device_without_the_key_and_one_that_signs_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    other = SigningKey.from_seed(b"\x07" * 32).public
    assert code(DeviceKey(place(""), other, lambda: PIN).sign, b"a") == "stamp.device-key-absent"
    key, wrong = made("wrong"), made("other")
    assert key._session is not None
    key._session._private[key.public.raw] = wrong._session.private(wrong.public)  # type: ignore[union-attr]
    assert code(key.sign, b"a") == "stamp.device-fault"


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(device_module, "import_module", missing)
    assert code(only_key, place(""), lambda: PIN) == "stamp.device-extra"


# --- a workspace


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def configure(office: Path, label: str, device: str = "office", module: str = MODULE) -> None:
    path = office / "evidence.toml"
    path.write_text(
        path.read_text("utf-8") + f'\n[key]\nmodule = "{module}"\ndevice = "{device}"\nlabel = "{label}"\n',
        "utf-8",
    )


def opened(office: Path, seed: str = "device", pin: str = PIN) -> Workspace:
    return Workspace.open(office, source=casefile.later(seed), pin=lambda: pin)


def test_letters_after_the_move_are_signed_by_the_device_and_old_ones_verify(office: Path) -> None:
    old = next((office / "letters").rglob("*_2-2026-0001.pdf"))
    shutil.copy(office / "keys" / "signing.pub", office.parent / "old.pub")
    configure(office, "moved")
    with opened(office) as workspace:
        assert workspace.key_kept() == "file"
        workspace.use_device(generate=True)
        assert workspace.key_kept() == "device"
    assert not (office / "keys" / "signing.pem").exists()
    with opened(office) as workspace:
        result = workspace.issue(LetterKind.REMINDER, converter="builtin", accounts=[casefile.ACCOUNT])
        letter = next((office / "letters").rglob(f"*_{result.issued[0].key}.pdf"))
        assert workspace.check_journal()[1] == ()
        bundle = casefile.bundle(workspace)
    new = parse_trust([office / "keys" / "signing.pub"])
    assert verify_paths([letter], trust=new).ok
    assert verify_paths([old], trust=parse_trust([office.parent / "old.pub"])).ok
    report = verify_paths([bundle.zip_path], trust=new)
    assert report.ok, [fact for fact in report.facts if fact.status is Status.FAIL]


def test_what_signs_nothing_needs_neither_device_nor_pin(office: Path) -> None:
    configure(office, "reading")
    with opened(office) as workspace:
        workspace.use_device(generate=True)
    text = (office / "evidence.toml").read_text("utf-8").replace(MODULE, "/nowhere/lib.so")
    (office / "evidence.toml").write_text(text, "utf-8")
    with opened(office, pin="") as workspace:
        assert len(workspace.status()) == 4
        assert workspace.check_journal()[1] == ()
        assert code(workspace.rotate_key) == "stamp.device-module"


def test_in_the_device_a_key_is_rotated_and_the_old_one_destroyed(office: Path) -> None:
    configure(office, "turned")
    with opened(office) as workspace:
        workspace.use_device(generate=True)
        before = workspace.public_key
        assert workspace.rotate_key() == ()
        assert workspace.public_key != before
        assert [key.status for key in workspace.keys()] == ["current", "rotated", "rotated"]  # noqa: SIM118
        assert workspace.check_journal()[1] == ()
    found = only_key(place("turned"), lambda: PIN)
    assert found.public.base32 != before


def test_a_device_that_keeps_the_old_key_is_told(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(office, "stays")
    with opened(office) as workspace:
        workspace.use_device(generate=True)

        def refuse(self: DeviceKey) -> None:
            raise device_module._fault(self.place, "ActionProhibited")

        monkeypatch.setattr(DeviceKey, "destroy", refuse)
        assert [warning.code for warning in workspace.rotate_key()] == ["stamp.device-old-key"]
        assert workspace.check_journal()[1] == ()


@pytest.mark.parametrize("moment", ["before", "after", "half"])
def test_killed_on_the_way_into_the_device_the_workspace_has_the_key_of_its_journal(
    moment: str, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(office, f"killed-{moment}")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    def die_after_the_file(folder: Path) -> None:
        (folder / "signing.pem").unlink()
        raise KeyboardInterrupt

    with opened(office) as workspace, monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        if moment == "before":
            patch.setattr(keyring, "change_indexes", die)
        else:
            patch.setattr(keyring, "finish_change", die if moment == "after" else die_after_the_file)
        workspace.use_device(generate=True)
    with opened(office, seed="afterwards") as workspace:
        assert workspace.key_kept() == ("file" if moment == "before" else "device")
        assert workspace.keys()[0].public.base32 == workspace.public_key
        workspace.rotate_key()
        assert workspace.check_journal()[1] == ()
    assert {path.name for path in (office / "keys").glob("next*")} == set()


def test_a_lost_device_is_reported_and_the_journal_goes_on_with_a_file(office: Path) -> None:
    configure(office, "lost")
    with opened(office) as workspace:
        workspace.use_device(generate=True)
    with Workspace.revoke_key(office, "lost", source=casefile.later()) as workspace:
        assert workspace.key_kept() == "file"
        assert workspace.check_journal()[1] == ()
    with opened(office, seed="back") as workspace:
        # The device is found again: its key is no longer one of ours.
        assert code(workspace.use_device) == "stamp.device-known-key"
        workspace.rotate_key()
        assert workspace.check_journal()[1] == ()


def test_what_a_device_cannot_do_is_refused(office: Path, tmp_path: Path) -> None:
    with opened(office) as workspace:
        assert code(workspace.use_device) == "stamp.device-unset"
    configure(office, "refused")
    with opened(office) as workspace:
        workspace.use_device(generate=True)
        assert code(workspace.use_device) == "stamp.device-in-use"
        assert code(workspace.protect_key, "a long passphrase") == "stamp.device-keeps"
        assert code(workspace.backup_key, tmp_path / "copy.pem", "a long passphrase") == "stamp.device-keeps"


def test_the_library_is_named_by_its_whole_path(office: Path) -> None:
    configure(office, "path", module="libsofthsm2.so")
    assert code(opened, office) == "workspace.config-value"


# --- the command line


def spoken(office: Path, *words: str, pin: str = PIN) -> Answer:
    return in_a_shell(
        "-C", office, *words, cwd=office.parent, EVIDENCE_KEY_PIN=pin, EVIDENCE_TEST_NOW=casefile.LATER
    )


def test_the_command_line_from_file_to_device_and_on(office: Path) -> None:
    configure(office, "spoken", "told")
    refused = spoken(office, "--lang", "zh", "key", "use-device")
    assert (refused.code, "[stamp.device-no-key]" in refused.err) == (3, True)
    done = spoken(office, "--json", "key", "use-device", "--generate")
    assert (done.code, len(done.json["results"])) == (0, 1)
    shown = spoken(office, "--lang", "zh-Hant", "key", "show")
    assert "私鑰在硬件裡" in shown.out
    assert spoken(office, "--json", "key", "show", pin="").json["results"][0]["kept"] == "device"
    for pin, exit_code, wanted in (
        ("", 2, "stamp.device-pin-missing"),
        ("wrong", 9, "stamp.device-pin-wrong"),
    ):
        answer = spoken(office, "key", "rotate", pin=pin)
        assert (answer.code, f"[{wanted}]" in answer.err) == (exit_code, True)
    assert spoken(office, "key", "rotate").code == 0
    assert spoken(office, "journal", "check", pin="").code == 0
    everything = b"".join(path.read_bytes() for path in office.rglob("*") if path.is_file())
    assert PIN.encode() not in everything


def test_no_option_takes_a_pin(command: Command) -> None:
    for words in (("key", "use-device"), ("key", "rotate")):
        assert "--pin" not in command(*words, "--help").out
