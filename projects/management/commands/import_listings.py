"""Bring a paper list into an alliance as drafts: the whole file or nothing of it."""

import csv
import io
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from alliances.models import Alliance
from members.models import Organisation, User
from projects.actions import import_listing
from projects.actions.imports import COLUMNS
from workflow.exceptions import Refusal


class Command(BaseCommand):
    help = (
        "Import needs and resources from a CSV file as drafts of one organisation. Columns: "
        + ", ".join(COLUMNS)
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--alliance", type=int, required=True, help="id of the alliance")
        parser.add_argument(
            "--organisation", type=int, required=True, help="id of the organisation that owns the rows"
        )
        parser.add_argument("--by", required=True, help="username of the person who imports")

    def handle(self, *args, **options):
        alliance = self._get(Alliance.objects.select_related("host"), "--alliance", pk=options["alliance"])
        organisation = self._get(Organisation.objects, "--organisation", pk=options["organisation"])
        by = self._get(User.objects, "--by", username=options["by"])
        faults, imported, skipped = [], 0, 0
        with transaction.atomic():
            for number, row in self._rows(options["file"]):
                if row["kind"].strip() == "project":
                    skipped += 1
                    self.stdout.write(
                        _("第 %(number)s 行：项目清单暂不导入，已跳过。") % {"number": number}
                    )
                    continue
                try:
                    with transaction.atomic():
                        import_listing(row=row, alliance=alliance, organisation=organisation, by=by)
                    imported += 1
                except Refusal as refusal:
                    words = {"number": number, "column": refusal.field or "—", "sentence": refusal.sentence}
                    faults.append(_("第 %(number)s 行，%(column)s 列：%(sentence)s") % words)
            if faults:
                transaction.set_rollback(True)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(_("有 %(count)s 行要改，一行也没有导入。") % {"count": len(faults)})
        self.stdout.write(
            _("已导入 %(imported)s 条草稿，跳过 %(skipped)s 条。")
            % {"imported": imported, "skipped": skipped}
        )

    def _get(self, rows, option: str, **lookup):
        found = rows.filter(**lookup).first()
        if found is None:
            raise CommandError(
                _("%(option)s 没有对应的记录：%(value)s。请核对后再试。")
                % {"option": option, "value": next(iter(lookup.values()))}
            )
        return found

    def _rows(self, path: Path):
        """Row number in the file (the heading is row 1) and the row; both checked for shape first."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(
                _("文件读不出来：%(path)s。请检查路径，并把文件另存为 UTF-8 编码的 CSV。") % {"path": path}
            ) from error
        reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            raise CommandError(_("缺少列：%(names)s。请按模板补上表头。") % {"names": ", ".join(missing)})
        for row in reader:
            yield reader.line_num, {name: row[name] or "" for name in COLUMNS}
