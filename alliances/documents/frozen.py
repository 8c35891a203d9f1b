"""How the words of circulated minutes stay as they were, whatever a later release would say instead."""

from dataclasses import asdict
from typing import Any

from workflow.official import Document, Heading, Paragraph, People, Quote, Table

_KINDS = {kind.__name__.lower(): kind for kind in (Heading, Paragraph, People, Quote, Table)}


def frozen(document: Document) -> dict[str, Any]:
    """The document, word for word, as JSON knows it."""
    values = asdict(document)
    values["blocks"] = [
        {"kind": type(block).__name__.lower(), **asdict(block)} for block in document.blocks
    ]
    return values


def thawed(values: dict[str, Any]) -> Document:
    """The document that `frozen` gave these values of."""
    blocks = []
    for block in values["blocks"]:
        fields = dict(block)
        blocks.append(_KINDS[fields.pop("kind")](**fields))
    return Document(**{**values, "blocks": blocks})
