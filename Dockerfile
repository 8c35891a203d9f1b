# The product without development tools. The embedded servers stay unused: compose gives real ones.
FROM python:3.13-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production STATIC_ROOT=/srv/static
WORKDIR /srv/alliance

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: -r requirements.txt

COPY . .
# Only so that the settings load while the image is built; nothing of this is kept or used.
RUN SECRET_KEY=building-the-image-building-the-image-building-the-image \
    SURVEY_CODE_PEPPER=building-the-image-building-the-image SURVEY_KEY_DIR=/srv/survey-keys \
    DATABASE_URL=postgres://build@127.0.0.1/build REDIS_URL=redis://127.0.0.1/0 ALLOWED_HOSTS=build.example \
    python manage.py collectstatic --no-input \
 && useradd --system --no-create-home alliance \
 && install -d -o alliance -g alliance -m 0700 /srv/survey-keys /srv/clock

USER alliance
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--workers=4", "--threads=4", "--no-control-socket"]
