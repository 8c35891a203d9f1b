"""How a file that was made here is handed to the browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from workflow.official import CONTENT_TYPE


def word_answer(data: bytes, name: str) -> HttpResponse:
    """`data` as a download; its Chinese name travels by RFC 5987."""
    return HttpResponse(
        data,
        content_type=CONTENT_TYPE,
        headers={
            "Content-Disposition": content_disposition_header(True, f"{name}.docx"),
            "X-Content-Type-Options": "nosniff",
        },
    )
