#!/usr/bin/env python
"""Django's command line for the desk."""

import os
import sys

from desk.errors import SettingError


def main() -> None:
    """Run a command; a wrong setting is said in one line each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except SettingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
