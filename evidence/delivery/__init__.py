"""What happened to a letter after it was printed: events, their proofs, and what those are worth.

::

    channels   tables: kinds of proof, who may sign, grades     files    what a proof file really is
    signing    who signed, against who owns the home
    record     one event checked whole; timeline, best arrival  events   its canonical JSON
    labels     words for all of it
"""

from __future__ import annotations

from evidence.delivery.channels import Assessment, ProofKind, Relation, assess
from evidence.delivery.events import event_from_json, event_json
from evidence.delivery.files import sniff
from evidence.delivery.labels import channel_label, grade_label, outcome_label, relation_label, witness_label
from evidence.delivery.record import best_arrival, make_event, timeline
from evidence.delivery.signing import Owners

__all__ = [
    "Assessment",
    "Owners",
    "ProofKind",
    "Relation",
    "assess",
    "best_arrival",
    "channel_label",
    "event_from_json",
    "event_json",
    "grade_label",
    "make_event",
    "outcome_label",
    "relation_label",
    "sniff",
    "timeline",
    "witness_label",
]
