"""The words of a report on a plain BagIt bag, in English, by code (:mod:`evidence.verify.messages`)."""

from __future__ import annotations

from collections.abc import Mapping

FACTS: Mapping[str, str] = {
    "bagit.paths": "All names in the bag are plain files with plain paths.",
    "bagit.declaration": "bagit.txt declares BagIt in a version from 0.93 to 1.0, and the folder data is there.",
    "bagit.info": "The bag's metadata have their form, and data/ has as many bytes and files as its Payload-Oxum says.",
    "bagit.lists": "Each manifest, and fetch.txt, has its form and names files of the bag alone.",
    "bagit.complete": "Every listed file is there, and every file under data/ is listed.",
    "bagit.digests": "Every listed file has each digest that is listed for it.",
    "bagit.covered": "Every file outside of data/ is on a list too.",
    "bagit.usual": "The bag has nothing that other programs may read otherwise.",
    "bagit.trust": "The bag is signed with a key you named.",
}

REASONS: Mapping[str, str] = {
    "bagit-algorithm": "{algorithm} is not computed by this version",
    "bagit-changed": "its {algorithm} is {found}; listed is {expected}",
    "bagit-composition": "some systems write this name as {other}, which is there",
    "bagit-declaration": "it does not have the two lines of BagIt: version and encoding",
    "bagit-dot": "line {line} writes {listed} with ./ before it",
    "bagit-elsewhere": "line {line} names {listed}, which does not belong on this list",
    "bagit-encoding": "the encoding {encoding} is unknown to this version",
    "bagit-fast": "only names, numbers and sizes were looked at; a changed file of the same size is not noticed",
    "bagit-fetch-form": "line {line} is no line of address, length and path",
    "bagit-fetch-unlisted": "line {line} names {listed}, which is on no list",
    "bagit-no-manifest": "there is no list of the files under data/ that could be read",
    "bagit-not-on-all": "it is on {count} of {lists} lists; BagIt 1.0 wants it on all",
    "bagit-outside": "line {line} leads outside of the bag, or to no plain path: {listed}",
    "bagit-star": "line {line} was written by a tool that puts * before a path ({listed})",
    "bagit-system-file": "systems make such files by themselves, and change them",
    "bagit-text": "it is not in the encoding {encoding} that bagit.txt declares",
    "bagit-to-fetch": "it is not there: fetch.txt says that it is to be fetched, which no check does",
    "bagit-twice": "line {line} lists {listed} a second time",
    "bagit-uncovered": "this file is on no list: nobody would notice its change",
    "bagit-unsigned": "a plain bag bears no signature",
    "bagit-version": "version {version} is not one from 0.93 to 1.0",
    "bagit-weak": "{algorithms}: shows damage by chance, but not a change on purpose",
}

STATEMENTS: Mapping[str, str] = {
    "same-bag": "All {count} files under data/ ({size} bytes) have the digests listed in the bag itself ({algorithms}; "
    "BagIt {version}), none is missing, and none is there besides.",
    "same-bag-unsigned": "Nobody has signed these lists: whoever can change a file can change them too.",
    "same-bag-fast": "NOT CHECKED: names, numbers and sizes agree, the contents were not read. Check without --fast.",
    "same-bag-unread": "NOT CHECKED: for some files there is no digest that this version can compute.",
    "bag-added": "Is on no list: {path}",
    "when-bag": "The bag's own dates are anybody's word.",
    "delivery-bag": "A plain bag does not say how a letter was delivered.",
    "who-bag": "A plain bag bears no signature.",
    "not-bag": (
        "anything that an evidence file of this toolkit would show: this is a plain BagIt bag without seal and journal"
    ),
    "not-fast": (
        "anything about the content of this evidence file: no file of it was read, no signature, journal or letter "
        "checked"
    ),
}
