"""Which files the disclosed salts open the journal's commitments with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence.verify.commit import Digests, commitment
from evidence.verify.files import Bag
from evidence.verify.refused import Refused


@dataclass(frozen=True, slots=True)
class Opened:
    """Commitment to the paths it was made for, and which of these files are there unchanged.

    Equal files of one person may have equal commitments. An exhibit then must not stand in for a proof that
    was taken away, and that is why a commitment is tied to paths and not to whatever bytes fit it.
    """

    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    intact: frozenset[str] = frozenset()

    def __contains__(self, value: str) -> bool:
        return self.file(value) is not None

    def file(self, value: str, *prefixes: str) -> str | None:
        """The intact file a commitment is for: of paths with the first prefix that any has, else of all.

        ``None`` where one of these files is missing or changed.
        """
        every = self.paths.get(value, ())
        for prefix in (*prefixes, ""):
            if own := [path for path in every if path.startswith(prefix)]:
                return own[0] if self.intact.issuperset(own) else None
        return None


def open_files(bag: Bag, salts: Mapping[str, bytes], sealed: Mapping[str, Digests]) -> Opened:
    """``sealed`` is what the seal says of each file, so that a missing or changed file keeps its commitment."""
    paths: dict[str, tuple[str, ...]] = {}
    intact: set[str] = set()
    for path, salt in sorted(salts.items()):
        try:
            found = commitment(salt, bag.digests(path)) if path in bag else ""
        except Refused:
            found = ""  # unreadable: named by the manifests
        meant = commitment(salt, sealed[path]) if path in sealed else found
        if meant:
            paths[meant] = (*paths.get(meant, ()), path)
        if found and found == meant:
            intact.add(path)
    return Opened(paths, frozenset(intact))
