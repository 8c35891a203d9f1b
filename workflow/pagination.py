"""How long lists are cut: by the last row seen, never by a row number, so page 20,000 costs what page 1 costs."""

from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """API lists, newest first; `page_size` 1 to 200 on request."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200
