"""Letters made by threads, processes or a cluster: the same bytes and the same tree, whoever is lost on the way."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import estate
import pytest

from evidence.errors import EvidenceError, Place, Problem
from evidence.i18n import describe
from evidence.letters.convert.builtin import BuiltinConverter
from evidence.model.letter import LetterKind
from evidence.workspace import cluster, executors, making, steps
from evidence.workspace.batches import Basis, Chunk, Introduction, Outcome, make, toolchain, work
from evidence.workspace.crews import a_piece
from evidence.workspace.exchange import Direct, Shared
from evidence.workspace.executors import Crew, Hands, Processes
from evidence.workspace.making import Item
from evidence.workspace.store import Store

pytestmark = pytest.mark.engine
# One letter says what may not be said, one has a character the converter would change, one has to be looked at.
OWNERS = [
    ("1栋101", "样甲"),
    ("1栋102", "样乙（老赖）"),
    ("1栋103", "样\ufa19"),
    ("1栋104", "样丁（滞纳金）"),
    ("1栋105", "样戊"),
    ("1栋106", "样己"),
]


@pytest.fixture(autouse=True)
def a_batch_for_each_letter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("evidence.workspace.issue.BATCH", 1)
    monkeypatch.setattr("evidence.workspace.crews.SMALL", 0)
    yield
    steps.set_hook(None)


def issued(folder: Path, checkout: Path, hands: Hands | None = None) -> tuple[object, ...]:
    """A run by ``hands``: what it leaves behind (files, journal head), whom it left out and why, and its warnings."""
    with estate.workspace(folder, checkout, OWNERS) as office:
        result = office.issue(LetterKind.DEMAND, converter="builtin", hands=hands)
        told = [(problem.code, problem.where.part) for problem in result.skipped]
        return (estate.state(office), [n.key for n in result.issued], told, result.warnings)


@pytest.fixture(scope="module")
def by_threads(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> tuple[object, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evidence.workspace.issue.BATCH", 1)
        patch.setattr(BuiltinConverter, "batches_at_once", 1)
        made = issued(tmp_path_factory.mktemp("threads"), checkout)
    _, numbers, refused, warnings = made
    assert numbers == ["2-2026-0001", "2-2026-0004", "2-2026-0005", "2-2026-0006"]
    assert refused == [("law.forbidden-words", "1栋102"), ("convert.character-changed", "1栋103")]
    (doubt,) = warnings  # type: ignore[misc]
    assert (doubt.params["count"], doubt.params["account"]) == (1, "1栋104")
    return made


def once_made(action: Callable[[], None]) -> None:
    """Have ``action`` happen when the first letters have come back and others are under way."""
    waiting = [action]

    def hook(step: str) -> None:
        if step == "made" and waiting:
            waiting.pop()()

    steps.set_hook(hook)


def test_a_killed_process_changes_nothing(
    tmp_path: Path, checkout: Path, by_threads: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed = []
    renew = Processes._renew

    def counted(self: Processes) -> None:
        renewed.append(self)
        renew(self)

    def kill_one() -> None:
        worker = multiprocessing.active_children()[0]
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()

    monkeypatch.setattr(Processes, "_renew", counted)
    once_made(kill_one)
    assert issued(tmp_path, checkout, Hands(jobs=2)) == by_threads
    assert len(renewed) == 1, "the kill hit nobody, and this test tests nothing"


# --- a real scheduler with two workers, on this machine


@pytest.fixture(scope="module")
def dask(
    tmp_path_factory: pytest.TempPathFactory, checkout: Path
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The scheduler's address, and its workers: processes of their own on the loopback."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("dask")
    told = folder / "scheduler.json"
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout),
        "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s",
    }

    def start(program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.{program}",
            "--scheduler-file",
            str(told),
            "--no-dashboard",
        ]
        return subprocess.Popen(
            [*command, *options], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    own = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    workers = [start("dask_worker", *own) for _ in range(2)]
    try:
        while not told.exists():
            assert scheduler.poll() is None, "the scheduler did not start"
            time.sleep(0.05)
        yield json.loads(told.read_text("utf-8"))["address"], workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def two_workers(address: str) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)


def test_a_cluster_makes_the_same_letters_and_leaves_them_in_the_store(
    tmp_path: Path,
    checkout: Path,
    by_threads: tuple[object, ...],
    dask: tuple[str, list[subprocess.Popen[bytes]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """First none is made by workers with other libraries; then one of the two is killed in the middle of the run."""
    address, workers = dask
    two_workers(address)
    assert list(cluster.survey(address, "builtin", "zh").values()) == ["", ""]
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "toolchain", lambda: toolchain().replace("lxml ", "lxml 1."))
        other = list(cluster.survey(address, "builtin", "zh").values())
        assert len(other) == 2 and all(one.startswith("lxml 1.") for one in other)
    with monkeypatch.context() as patch:
        patch.setattr(making, "toolchain", lambda: toolchain().replace("lxml ", "lxml 1."))
        with pytest.raises(EvidenceError) as stop:
            issued(tmp_path / "other", checkout, Hands(cluster=address))
        assert [problem.code for problem in stop.value.problems] == ["workspace.worker-differs"] * 2
        assert str(stop.value.problems[0].params["what"]).startswith("lxml 1.")
        assert not list((tmp_path / "other").rglob("*.pdf"))

    used: list[Path] = []
    put = Store.put

    def seen(self: Store, data: bytes) -> str:
        used.append(self.root)
        return put(self, data)

    monkeypatch.setattr(Store, "put", seen)
    fetched: list[Path] = []
    get = Store.get

    def looked(self: Store, sha256: str) -> bytes:
        fetched.append(self.root)
        return get(self, sha256)

    monkeypatch.setattr(Store, "get", looked)
    once_made(workers[0].kill)
    assert issued(tmp_path, checkout, Hands(cluster=address)) == by_threads
    assert workers[0].wait(10) == -signal.SIGKILL
    area = tmp_path / "office" / "store" / "work"
    assert fetched.count(area) >= len(OWNERS), "the letters came through the scheduler"
    assert not area.exists()


def test_letters_go_by_the_scheduler_where_a_worker_does_not_see_the_store(tmp_path: Path) -> None:
    class Far:
        """A client whose one worker says what it can."""

        def __init__(self, parcel: str | None) -> None:
            self.parcel = parcel

        def run(self, *_: object, **__: object) -> dict[str, object]:
            return {"tcp://192.0.2.1:1": Introduction(basis.tools, basis.converter, b"sample", self.parcel)}

    basis, area = a_basis(), Shared(tmp_path / "work")
    for parcel in (None, "0" * 64):  # it cannot write there; it wrote somewhere else of the same name
        assert cluster._agree(Far(parcel), basis, b"template", area) == Direct()
        assert not area.folder.exists()
    area.put(b"sample")


@pytest.mark.parametrize(
    "address", ["scheduler:8786", "http://scheduler:8786", "tcp://scheduler", "tcp://a b:1"]
)
def test_what_is_no_address_is_said_before_numbers_are_given(address: str) -> None:
    with pytest.raises(EvidenceError) as stop:
        cluster.require(address)
    assert stop.value.problems[0].code == "workspace.cluster-address"


def test_only_what_others_may_listen_to_is_warned_of() -> None:
    assert cluster.in_the_open("tcp://10.1.2.3:8786")[0].code == "workspace.cluster-open"
    for address in (
        "tls://10.1.2.3:8786",
        "tcp://127.0.0.1:8786",
        "tcp://[::1]:8786",
        "tcp://localhost:8786",
    ):
        assert cluster.in_the_open(address) == ()


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(EvidenceError) as stop:
        cluster.require("tcp://127.0.0.1:1")
    assert stop.value.problems[0].code == "workspace.cluster-unreachable"


def test_tls_without_certificates_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    dask = pytest.importorskip("dask")
    pytest.importorskip("distributed")
    with dask.config.set({"distributed.comm.tls.ca-file": None}), pytest.raises(EvidenceError) as stop:
        cluster.require("tls://127.0.0.1:1")
    message, hint = describe(stop.value.problems[0], "zh")
    assert message == "tls://127.0.0.1:1 须凭证书连接，而本机没有设置证书。"
    for name in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"):
        assert f"DASK_DISTRIBUTED__COMM__TLS__{name}" in hint


def test_without_the_package_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EvidenceError) as stop:
        cluster.require("tcp://127.0.0.1:1")
    assert stop.value.problems[0].code == "workspace.cluster-driver"


# --- a worker


def a_basis() -> Basis:
    return Basis(
        run="样本",
        jurisdiction="cn",
        locale="zh",
        created=datetime(2026, 11, 21, tzinfo=UTC),
        day=date(2026, 11, 21),
        converter="builtin 0.4.0 fonts-00000000",
        template="0" * 64,
        template_name="zh/demand.docx",
        tools=toolchain(),
    )


@pytest.mark.parametrize("what", ["converter", "template", "tools"])
def test_a_worker_with_anything_else_makes_nothing(what: str, checkout: Path) -> None:
    from evidence.letters.convert import open_converter
    from evidence.letters.engine import compile_template

    template = (checkout / "templates" / "zh" / "demand.docx").read_bytes()
    with open_converter("builtin", "zh") as converter:
        compiled = compile_template(template, "zh/demand.docx")
        ours = replace(a_basis(), converter=converter.identity, template=compiled.sha256)
    assert work(Chunk(ours, (), template, Direct())) == Outcome((), (), b"")
    foreign = replace(ours, **{what: getattr(ours, what).replace(getattr(ours, what)[-1], "~")})
    with pytest.raises(EvidenceError) as stop:
        work(Chunk(foreign, (), template, Direct()))
    assert [problem.code for problem in stop.value.problems] == ["workspace.worker-differs"]
    assert stop.value.problems[0].params["worker"]


def test_an_error_comes_home_whole() -> None:
    error = EvidenceError(
        [Problem("convert.text-lost", Place(part="1栋101"), {"converter": "builtin", "value": "样本"})]
    )
    home = pickle.loads(pickle.dumps(error))
    assert (home.problems, str(home), home.exit_code) == (error.problems, str(error), error.exit_code)


def test_a_task_shown_in_a_log_names_nobody() -> None:
    from evidence.workspace.batches import Order

    order = Order(0, "1栋101", "样甲", {"debtor": "样甲"}, ("样甲",), bytes(16))
    shown = f"{order!r} {Chunk(a_basis(), ((order,),), b'', Direct())!r}"
    assert "样甲" not in shown
    assert "1栋101" not in shown


# --- a crew


class Weak(Crew):
    """Makes nothing of a chunk, and breaks down so often before."""

    ahead = 3

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures, self.given, self.renewed = failures, list[Chunk](), 0

    def _submit(self, chunk: Chunk) -> Future[Outcome]:
        self.given.append(chunk)
        future: Future[Outcome] = Future()
        if self.failures:
            self.failures -= 1
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(Outcome((), (), chunk.template))
        return future

    def _renew(self) -> None:
        self.renewed += 1

    def _end(self) -> None: ...


def chunks(count: int) -> list[Chunk]:
    return [Chunk(a_basis(), (), bytes([number]), Direct()) for number in range(count)]


def test_what_is_lost_is_given_out_again_and_taken_in_order() -> None:
    with Weak(failures=2) as crew:
        for chunk in chunks(4):
            crew.give(chunk)
        assert [crew.take().parcel for _ in range(4)] == [b"\0", b"\1", b"\2", b"\3"]
        assert (crew.renewed, [chunk.template[0] for chunk in crew.given]) == (1, [0, 1, 2, 3, 0, 1])


def test_a_chunk_that_kills_every_worker_is_given_up() -> None:
    with Weak(failures=100) as crew, pytest.raises(EvidenceError) as stop:
        crew.give(chunks(1)[0])
        crew.take()
    assert stop.value.problems[0].code == "workspace.workers-lost"
    assert len(crew.given) == 1 + executors.TRIES


def test_what_nobody_has_begun_is_taken_back_from_the_end() -> None:
    class Busy(Weak):
        def _submit(self, chunk: Chunk) -> Future[Outcome]:
            future: Future[Outcome] = Future()
            if chunk.template[0] < 2:
                future.set_running_or_notify_cancel()
            return future

    crew = Busy(failures=0)
    for chunk in chunks(5):
        crew.give(chunk)
    assert crew.withdraw() == 3
    assert [job.chunk.template[0] for job in crew._jobs] == [0, 1]


def test_pieces_are_whole_batches_and_leave_something_for_everybody() -> None:
    class Eight:
        batches_at_once = 8

    def items(batches: int) -> list[Item]:
        return [Item(n, "1栋101", None, batch=n) for n in range(batches)]  # type: ignore[arg-type]

    assert [a_piece(Eight(), items(n), workers=2) for n in (1, 9, 12, 400)] == [1, 1, 2, 4]  # type: ignore[arg-type]


# --- the store's work area


def test_pieces_without_a_letter_leave_no_parcel(tmp_path: Path) -> None:
    """Nothing has one name for all of them: the first that is taken and dropped would be missed by the second."""
    area = Shared(tmp_path / "work")
    piece = Chunk(a_basis(), ((),), "0" * 64, area)
    outcome = make(piece, None)  # type: ignore[arg-type]  # a room is not even entered
    assert outcome.made == () and outcome.written(area) == {}
    assert not area.folder.exists()


def test_parcels_lie_in_the_work_area_checked_and_swept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = store.put(b"a letter on record")
    area = Shared(tmp_path / "work")
    there = pickle.loads(pickle.dumps(area))
    parcel = there.put(b"on its way")
    assert area.get(parcel) == b"on its way"
    assert list(store.names()) == [kept]
    path = next(path for path in (tmp_path / "work").rglob("*") if path.is_file())
    path.chmod(0o600)
    path.write_bytes(b"on its wax")
    with pytest.raises(EvidenceError) as stop:
        area.get(parcel)
    assert stop.value.problems[0].code == "workspace.store-damaged"
    area.sweep()
    assert list(tmp_path.glob("work*")) == []
