"""Documents that leave the platform; their words are Chinese in every interface language."""

from projects.documents.comparison import compare
from projects.documents.sheet import document_of, file_name, page_of, word_file
from projects.documents.wording import agreement_text, finished_by, text_hash

__all__ = [
    "agreement_text",
    "compare",
    "document_of",
    "file_name",
    "finished_by",
    "page_of",
    "text_hash",
    "word_file",
]
