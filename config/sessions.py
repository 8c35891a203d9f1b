"""Sessions live in the database; the cache only saves a query, and its absence is no fault."""

import logging

from django.contrib.sessions.backends import cached_db

logger = logging.getLogger(__name__)


class _Guarded:
    """A cache whose silence costs a query: reads miss, writes and deletes are logged and dropped."""

    def __init__(self, cache):
        self._cache = cache

    def get(self, key):
        try:
            return self._cache.get(key)
        except Exception:
            return None

    def set(self, key, value, timeout):
        try:
            self._cache.set(key, value, timeout)
        except Exception:
            logger.warning("Session not cached: the cache is away.")

    def delete(self, key):
        try:
            self._cache.delete(key)
        except Exception:
            logger.warning("Session not removed from the cache: the cache is away.")

    def __contains__(self, key):
        try:
            return key in self._cache
        except Exception:
            return False


class SessionStore(cached_db.SessionStore):
    """`cached_db` that signs people in while Redis is away."""

    def __init__(self, session_key=None):
        super().__init__(session_key)
        self._cache = _Guarded(self._cache)
