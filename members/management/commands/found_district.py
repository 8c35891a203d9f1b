"""How an installation begins: a district, and the person who sets up everything else through the pages."""

import getpass
import sys

from django.core.management.base import BaseCommand, CommandError

from members.actions.organisations import found_district
from workflow.exceptions import Refusal


class Command(BaseCommand):
    help = "Found a district with its first administrator. The password is asked for, or read from standard input."

    def add_arguments(self, parser):
        parser.add_argument(
            "name", help="name of the district's organisation department, e.g. 清河区委组织部"
        )
        parser.add_argument("--username", required=True, help="sign-in name of the first administrator")
        parser.add_argument("--person", required=True, help="name of the first administrator")

    def handle(self, *, name, username, person, **options):
        if sys.stdin.isatty():
            password = getpass.getpass("Password: ")
        else:
            password = sys.stdin.readline().rstrip("\n")
        try:
            district = found_district(
                name=name, username=username, person=person, password=password, by=None
            )
        except Refusal as refusal:
            raise CommandError(f"{refusal.field}: {refusal.sentence}") from refusal
        self.stdout.write(f"{district} ({district.pk}), {username}")
