"""Settings that every environment shares. Addresses and secrets come from the environment."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.settings import environment

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Before the rooms, so that members.admin can take Django's own groups off the index: roles are assignments.
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "workflow",
    "members",
    "alliances",
    "projects",
    "assessments",
    "config.apps.StreetAdminConfig",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
    "treebeard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "workflow.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Closed by default: a page opens itself with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Inside the message and session middleware: a replayed answer is the first one, word for word.
    "workflow.middleware.ReplayMiddleware",
    "workflow.middleware.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.shell",
            ],
            "builtins": ["workflow.templatetags.workflow"],
        },
    }
]
FORM_RENDERER = "workflow.forms.Renderer"

# --- Data -----------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **environment.database("DATABASE_URL", example="postgres://user:secret@127.0.0.1:5432/alliance"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # Limits of docs/reference/limits.md: a stuck lock or query ends in a sentence, not in silence.
            "options": "-c lock_timeout=3000 -c statement_timeout=15000 "
            "-c idle_in_transaction_session_timeout=60000 -c jit=off",
            # Only cursors of `connection.prepared()` prepare, and they do it at once.
            "prepare_threshold": 0,
        },
    }
}
REDIS_URL = environment.url("REDIS_URL", ("redis", "rediss", "unix"), example="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "config.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "alliance",
        # With Redis away a page must not wait: a quarter second, then the database answers.
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},
    }
}
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = "Lax"

# --- People ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["config.sign_in.Backend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["workflow.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Content security policy: everything is our own, nothing is inline ------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# Not "no-referrer": that makes browsers send "Origin: null", which the CSRF check rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "workflow.pagination.KeysetPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.explain",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "区域化党建联盟平台 API",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    # Two nouns may both have a field `state`; the schema names each set of words after its noun.
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "members.states.Role.choices",
        "MemberRoleEnum": "alliances.states.MemberRole.choices",
        "MeetingStateEnum": "alliances.states.MeetingState.choices",
        "ItemStateEnum": "alliances.states.ItemState.choices",
        "MotionStateEnum": "alliances.states.MotionState.choices",
        "DutyStateEnum": "alliances.states.DutyState.choices",
        "AppealStateEnum": "alliances.states.AppealState.choices",
        "AppealKindEnum": "alliances.states.AppealKind.choices",
        "StepOutKindEnum": "alliances.states.StepOutKind.choices",
        # Structure templates and schemes share these two words.
        "DraftOrPublishedEnum": "members.states.TemplateState.choices",
        "ListingStateEnum": "projects.states.ListingState.choices",
        "DismissalCauseEnum": "projects.models.dismissal.DismissalCause.choices",
        "ClaimStateEnum": "projects.states.ClaimState.choices",
        "AgreementStateEnum": "projects.states.AgreementState.choices",
        "ClaimCauseEnum": "projects.states.Cause.choices",
        "NamedCauseEnum": "projects.states.NAMED_CAUSE_CHOICES",
        "ItemOutcomeEnum": "alliances.states.ItemOutcome.choices",
        "TurnOutcomeEnum": "projects.states.TurnOutcome.choices",
        "DisputeOutcomeEnum": "projects.states.Outcome.choices",
        "DeliveryStateEnum": "projects.states.DeliveryState.choices",
        "ProjectStateEnum": "projects.states.ProjectState.choices",
        "SurveyStateEnum": "assessments.states.SurveyState.choices",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Residents' surveys ---------------------------------------------------------------------------
# The pepper keys the digest of every one-time code and stays outside the database: a stolen dump
# alone yields no usable code. Private keys stay in a folder, never in the database.
SURVEY_CODE_PEPPER = environment.text(
    "SURVEY_CODE_PEPPER", example="64 random characters, kept as long as surveys are open", at_least=32
)
SURVEY_KEY_DIR = environment.folder("SURVEY_KEY_DIR", example="/var/lib/alliance/survey-keys")

# --- Clock and queue (measured settings; reasons in docs/explanation/clock.md) ----------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 30,
}
CELERY_BEAT_SCHEDULE = {
    "forget-replays": {"task": "members.tasks.forget_replays", "schedule": crontab(minute=15)},
    "plan-due-agendas": {"task": "alliances.tasks.plan_due_agendas", "schedule": crontab(minute="*/10")},
    "carry-duties": {"task": "alliances.tasks.carry_duties", "schedule": crontab(minute=20)},
    "remind-due-alliances": {"task": "alliances.tasks.remind_due", "schedule": crontab(minute="*/10")},
    "remind-duties": {"task": "alliances.tasks.remind_duties", "schedule": crontab(minute="*/10")},
    "remind-due": {"task": "projects.tasks.remind_due", "schedule": crontab(minute="*/10")},
    "lapse-claims": {"task": "projects.tasks.lapse_claims", "schedule": crontab(minute="*/10")},
    "open-due-surveys": {"task": "assessments.tasks.open_due_surveys", "schedule": crontab(minute="*/10")},
    "close-due-surveys": {
        "task": "assessments.tasks.close_due_surveys",
        "schedule": crontab(minute="*/10"),
    },
    "compute-due-scores": {"task": "assessments.tasks.compute_due_scores", "schedule": crontab(minute=30)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
