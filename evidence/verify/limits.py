"""How much of a stranger's file is read before it is refused.

A checker opens files made by the other side. Every figure below is well above what the toolkit itself writes
and small enough that a hostile file costs seconds and megabytes, not hours and the machine. All parsers are
single-pass and bounded by these sizes, so that no separate clock is needed.
"""

from __future__ import annotations

MIB = 1024 * 1024

#: A letter is a few pages of text; the largest sample with embedded fonts has 0.4 MiB.
LETTER_BYTES = 64 * MIB
#: Objects of a letter's PDF; LibreOffice writes some 30 per page.
PDF_OBJECTS = 200_000
#: Nesting of PDF dictionaries and arrays; page objects of office programs need 6.
PDF_DEPTH = 64
#: Pages of one letter, and nodes of its page tree.
PDF_PAGES = 2_000
#: Bytes of dictionaries and arrays that are read at all; each costs some hundred times its size in memory.
PDF_PARSED_BYTES = MIB

#: A stamped exhibit: sections of its chain of tables, entries of all, greatest object number, and bytes of its decoded
#: tables and object streams together. A bound file of 1,000 pages has some 20,000 objects in 10 MiB.
EXHIBIT_SECTIONS = 256
EXHIBIT_ENTRIES = 1_000_000
EXHIBIT_NUMBER = 8_388_607
EXHIBIT_DECODED_BYTES = 64 * MIB

#: What is read of an update after the stamp, to say what it is about: objects, and bytes of their dictionaries.
APPENDED_OBJECTS = 2_000
APPENDED_PARSED_BYTES = MIB

#: A token has at most 243 bytes by its format.
TOKEN_BYTES = 243
#: QR text: 389 characters of base32 and the longest link before it ("HTTPS://" + 24 + "/R/").
QR_TEXT_CHARS = 389 + 35
#: Nesting of CBOR; a token needs 3.
CBOR_DEPTH = 4

#: A C2SP note with 16 signatures has under 4 KiB.
NOTE_BYTES = 64 * 1024
NOTE_SIGNATURES = 16
#: Tree sizes are below 2**63, so that an inclusion proof has at most 63 hashes.
TREE_SIZE = 2**63 - 1
PROOF_HASHES = 63

#: JSON files of a bundle. seal.json has some 250 bytes for each file.
JSON_BYTES = 32 * MIB
JSON_DEPTH = 32
#: Values of one JSON file of more than an entry's size; seal.json has 4 for each of at most 50 000 files.
JSON_VALUES = 1_000_000
#: RFC 8785 numbers are exact only up to 2**53 - 1.
JSON_INTEGER = 2**53 - 1

#: Files of a bundle, bytes of one, bytes of all, and folders within folders.
BUNDLE_FILES = 50_000
BUNDLE_FILE_BYTES = 1024 * MIB
BUNDLE_BYTES = 4 * 1024 * MIB - 1
BUNDLE_DEPTH = 16
BUNDLE_ENTRIES = 20_000
#: A journal entry by its format, all files of a bundle's journal together, and a delivery event with its note.
ENTRY_BYTES = MIB
JOURNAL_BYTES = 256 * MIB
EVENT_BYTES = MIB
#: Our zips are not compressed; one that somebody packed again is read, but not one that swells like a bomb.
PACKED_BYTES = 256 * MIB
PACKED_RATIO = 50
#: The directory of a zip is read whole; each file takes some 100 bytes of it.
ZIP_DIRECTORY_BYTES = 32 * MIB
#: Text files of BagIt (a manifest line has at least 68 bytes).
MANIFEST_BYTES = 32 * MIB

#: A photograph of a page: 12 million pixels is a usual phone, 120 million the largest sold.
IMAGE_BYTES = 64 * MIB
IMAGE_PIXELS = 120_000_000

#: Pages of a scan, or frames of a TIFF, that are looked at.
PICTURE_PAGES = 200
#: The process that decodes pictures and other people's PDFs. A page of 120 million pixels takes some 10 s and 1 GiB.
CHILD_CPU_SECONDS = 30
CHILD_WALL_SECONDS = 90
CHILD_MEMORY_BYTES = 3 * 1024 * MIB
CHILD_ANSWER_BYTES = MIB

#: A journal by itself: bytes of the file, and entries; each of them costs 32 bytes of memory.
EXPORT_BYTES = 2048 * MIB
EXPORT_ENTRIES = 5_000_000

KEY_FILE_BYTES = 1024
KEY_SET_BYTES = 65_536

#: A timestamp token with its certificates has 1 to 10 KiB.
TSA_TOKEN_BYTES = 64 * 1024
#: Certificates in one token, and between an authority and a certificate the reader named.
TOKEN_CERTIFICATES = 32
CHAIN_LENGTH = 8
#: A file of certificates in PEM that the reader names.
CERTIFICATE_FILE_BYTES = MIB
#: Read and hash in pieces of this size.
CHUNK = MIB
