"""A developer's machine and the demo: addresses and secrets come from `./run`, or stand here for a bare start."""

import os

for _name, _value in {
    "DATABASE_URL": "postgres://postgres@127.0.0.1:5432/alliance",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SURVEY_CODE_PEPPER": "for-development-only-not-a-secret-0001",
    "SURVEY_KEY_DIR": ".data/survey-keys",
}.items():
    os.environ.setdefault(_name, _value)

from config.settings import environment  # noqa: E402
from config.settings.base import *  # noqa: E402, F403

DEBUG = environment.boolean("DEBUG", default=True)
SECRET_KEY = environment.text(
    "SECRET_KEY", example="64 random characters", default="for-development-only-not-a-secret-0002"
)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
WHITENOISE_USE_FINDERS = True
