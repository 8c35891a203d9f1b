"""The cache keeps its client, and still finds every key."""

from django.core.cache import caches

from config.cache import RedisCache


def test_one_client_for_all_keys():
    cache = RedisCache("redis://127.0.0.1:1/0", {})
    assert cache._cache.get_client("one") is cache._cache.get_client("two", write=True)


def test_another_pool_has_another_client():
    cache = RedisCache(["redis://127.0.0.1:1/0", "redis://127.0.0.1:2/0"], {})
    assert cache._cache.get_client("one") is not cache._cache.get_client("one", write=True)


def test_the_settings_name_it():
    assert isinstance(caches["default"], RedisCache)
