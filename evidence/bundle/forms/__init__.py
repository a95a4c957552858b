"""The court's forms: what stands in them, as data, and how a case fills them.

::

    cn.toml   every form, row by row, in both scripts         spec    reads it
    facts     a case as the forms ask about it                values  facts to texts, and whether the sums agree
    demands   催缴情况: what the delivery records prove        fill    texts into rows; what is blank is listed
    shares    the claim by the headings of the form            claimtexts  figures and demands in words
"""

from __future__ import annotations

from evidence.bundle.forms.facts import FormFacts
from evidence.bundle.forms.fill import Blank, FilledForm, FilledPart, FilledRow, fill, fitting
from evidence.bundle.forms.spec import FormBook, FormSpec, load_forms
from evidence.bundle.forms.values import FormValues, sum_problems, values_of

__all__ = [
    "Blank",
    "FilledForm",
    "FilledPart",
    "FilledRow",
    "FormBook",
    "FormFacts",
    "FormSpec",
    "FormValues",
    "fill",
    "fitting",
    "load_forms",
    "sum_problems",
    "values_of",
]
