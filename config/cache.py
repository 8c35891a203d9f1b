"""Django's Redis cache with one client for each server; Django's own makes a new one for every key it asks."""

from functools import cache

from django.core.cache.backends import redis


class RedisCacheClient(redis.RedisCacheClient):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A client holds nothing but its pool of connections, and threads may share it.
        self._client_of = cache(lambda pool: self._client(connection_pool=pool))

    def get_client(self, key=None, *, write=False):
        return self._client_of(self._get_connection_pool(write))


class RedisCache(redis.RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = RedisCacheClient
