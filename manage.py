#!/usr/bin/env python
"""Django's command line; `./run manage …` starts the servers it needs first."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018 - reading one setting reads the whole module
    except ImproperlyConfigured as error:
        # The sentence names the setting and an example; the way through the code helps nobody here.
        sys.exit(f"manage.py: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
