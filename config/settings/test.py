"""The test suite: real PostgreSQL and Redis, cheap passwords, a key folder of its own."""

import os
import tempfile

os.environ.setdefault("SURVEY_KEY_DIR", tempfile.mkdtemp(prefix="survey-keys-"))

from config.settings.dev import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Making and dropping the test database may take longer than a page ever should.
DATABASES["default"]["OPTIONS"]["options"] += " -c statement_timeout=120000"  # noqa: F405
# A live server's threads would keep their connections, and the test database could not be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
