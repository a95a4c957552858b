"""Would a court take the case? Rules R01 to R42, each a small pure function over frozen facts.

::

    facts    CaseFacts: what is known of a case; ``None`` is "nobody said"
    pack     the rules' legal basis and figures, as dated data of a jurisdiction
    marks    what a rule says: pass, warn, fail, unknown, with its reason
    parties · fees · demands · conduct · terms · filing    the rules themselves
    table    the rules by id, with title and inputs
    judge    evaluate(facts, pack, on) → findings; which of them block a command
    words    findings in the user's language and as JSON

A rule never passes on what it does not know. An input that is ``None`` makes its rule unknown, unless what is
known is enough to fail it.
"""

from __future__ import annotations

from evidence.claim.readiness.facts import CaseFacts
from evidence.claim.readiness.judge import blocked_problem, blocking, evaluate
from evidence.claim.readiness.marks import Finding, Mark, Outcome
from evidence.claim.readiness.pack import Region, RulePack, load_rules
from evidence.claim.readiness.table import RULES, Rule
from evidence.claim.readiness.words import finding_json, finding_words, rule_title

__all__ = [
    "RULES",
    "CaseFacts",
    "Finding",
    "Mark",
    "Outcome",
    "Region",
    "Rule",
    "RulePack",
    "blocked_problem",
    "blocking",
    "evaluate",
    "finding_json",
    "finding_words",
    "load_rules",
    "rule_title",
]
