"""A real deployment behind a TLS proxy. Nothing has a silent fallback."""

from config.settings import environment
from config.settings.base import *  # noqa: F403

SECRET_KEY = environment.text("SECRET_KEY", example="64 random characters", at_least=50)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", example="alliance.example.gov.cn")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

STATIC_ROOT = environment.folder("STATIC_ROOT", example="/var/lib/alliance/static", default="staticfiles")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
