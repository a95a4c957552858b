"""The child process of the builtin converter: frames in, frames out, until the input ends.

A native library that crashes or hangs must not take the caller with it. Request: a JSON frame
(``{"fonts": FOLDER}``) and the DOCX. Answer: a JSON frame (``{"warnings": […]}`` or ``{"error": TEXT}``) and the
PDF, empty after an error. A frame is a 4-byte big-endian length and that many bytes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from office2pdf import ConvertOptions, ConvertWarning, Office2PdfError, convert_bytes


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame, or ``None`` at the end of the stream, even amid a frame."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return body if len(body) == size else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    stream.write(len(body).to_bytes(4, "big"))
    stream.write(body)


def _convert(docx: bytes, fonts: Path) -> tuple[dict[str, object], bytes]:
    options = ConvertOptions(pdf_standard="pdf/a-2b", font_paths=[fonts])
    try:
        result = convert_bytes(docx, "docx", options)
    except (Office2PdfError, ValueError) as error:
        return {"error": str(error)}, b""
    return {"warnings": [_warning(w) for w in result.warnings]}, result.pdf


def _warning(warning: ConvertWarning) -> str:
    return f"{warning.kind}: {warning.message}"


def main() -> None:
    # Whatever native code prints must not land among the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    while (request := read_frame(requests)) is not None and (docx := read_frame(requests)) is not None:
        head, pdf = _convert(docx, Path(json.loads(request)["fonts"]))
        write_frame(answers, json.dumps(head).encode())
        write_frame(answers, pdf)
        answers.flush()


if __name__ == "__main__":
    main()
