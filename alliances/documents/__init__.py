"""Documents that leave the platform; their words are Chinese in every interface language."""

from alliances.documents.calendar import calendar_file
from alliances.documents.minutes import Gap, content_of, date_words, gaps
from alliances.documents.sheet import (
    check_value,
    document_of,
    page_of,
    with_words,
    without_words,
    word_file,
)

__all__ = [
    "Gap",
    "calendar_file",
    "check_value",
    "content_of",
    "date_words",
    "document_of",
    "gaps",
    "page_of",
    "with_words",
    "without_words",
    "word_file",
]
