"""Whether the ledger of claims adds up; exit code 1 and a sentence for each fault when it does not."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from projects.reports import ledger_faults


class Command(BaseCommand):
    help = (
        "Compare slots, claims, agreements and deliveries with each other, and find what was left behind."
    )

    def handle(self, *args, **options):
        faults = ledger_faults()
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(_("发现 %(count)s 处不一致。") % {"count": len(faults)})
        self.stdout.write(_("账目一致。"))
