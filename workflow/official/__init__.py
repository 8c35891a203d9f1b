"""A Word file in the form of an official document (GB/T 9704-2012), from plain values.

>>> data = write(Document(title="…", blocks=(Heading(1, "…"), Paragraph("…"))))

The same `Document` always gives the same bytes: no clock, no user name, no random identifier gets in,
so that the check value printed on a sheet is the one of the file handed out. The fonts of the standard
are named for the reader's machine and never shipped: 仿宋_GB2312 and 方正小标宋简体 are licensed.
"""

from workflow.official.blocks import (
    Block,
    Document,
    Heading,
    Paragraph,
    People,
    Quote,
    Signature,
    Table,
)
from workflow.official.writer import CONTENT_TYPE, body_xml, digest, write

__all__ = [
    "CONTENT_TYPE",
    "Block",
    "Document",
    "Heading",
    "Paragraph",
    "People",
    "Quote",
    "Signature",
    "Table",
    "body_xml",
    "digest",
    "write",
]
