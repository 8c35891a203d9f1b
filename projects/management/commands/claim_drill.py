"""Whether a slot can be claimed beyond its quantity when many claim at once; tried on a scratch database."""

import signal

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from projects.management.drill import floor, serving, street, visitors
from projects.management.drill.scratch import scratch
from projects.models import Claim, Slot
from projects.reports import ledger_faults

#: The least and the most of each option: a drill ends within minutes and leaves room on the machine.
BOUNDS = {"clients": (2, 100), "capacity": (1, 5_000), "attempts": (2, 5_000)}


class Command(BaseCommand):
    help = (
        "Let many clients claim one slot through the pages at once, on a scratch database beside the one in "
        "the settings, and count. Exit code 0 only when nothing was claimed beyond the quantity."
    )

    def add_arguments(self, parser):
        parser.add_argument("--clients", type=int, default=32, help="signed in at once (%(default)s)")
        parser.add_argument("--capacity", type=int, default=100, help="of the one slot (%(default)s)")
        parser.add_argument("--attempts", type=int, default=200, help="of all clients (%(default)s)")
        parser.add_argument(
            "--without-guard", action="store_true", help="the twin that must fail: look first, then take"
        )

    def handle(self, *, clients, capacity, attempts, without_guard, **options):
        self._check(clients=clients, capacity=capacity, attempts=attempts)
        # A drill that is told to stop cleans up like one that is interrupted.
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with scratch() as database:
                world = street.build(capacity=capacity, clients=clients, attempts=attempts)
                if without_guard:
                    street.drop_check()
                application = serving.UNGUARDED if without_guard else serving.GUARDED
                with serving.serving(application, serving.of_product(database)) as port:
                    done = visitors.rush(world, port)
                faults = self._count(done, capacity=capacity, attempts=attempts)
                self._compare(done, clients=clients, attempts=attempts)
        except KeyboardInterrupt as stopped:
            raise CommandError("Stopped; the scratch database is gone.", returncode=130) from stopped
        finally:
            signal.signal(signal.SIGTERM, before)
        if faults:
            raise CommandError("\n".join(faults))

    def _check(self, **sizes: int) -> None:
        for name, (least, most) in BOUNDS.items():
            if not least <= sizes[name] <= most:
                raise CommandError(f"--{name} must be from {least} to {most}.")
        # Each attempt asks for 1 at least: so the slot gets full, and nobody has nothing to do.
        if sizes["attempts"] <= sizes["capacity"] or sizes["attempts"] < sizes["clients"]:
            raise CommandError("--attempts must be more than --capacity and no less than --clients.")

    def _count(self, done: visitors.Rush, *, capacity: int, attempts: int) -> list[str]:
        """Print what the database holds; the faults, a sentence each."""
        claims = Claim.objects.live().count()
        claimed = Claim.objects.live().aggregate(sum=Sum("quantity"))["sum"] or 0
        oversold, ledger = max(0, claimed - capacity), ledger_faults()
        accepted, refused = done.answers[visitors.ACCEPTED], done.answers[visitors.REFUSED]
        rows = {
            "attempts": attempts,
            "accepted": accepted,
            "refused": refused,
            "other answers": attempts - accepted - refused,
            "claims in the database": claims,
            "quantity": capacity,
            "claimed": claimed,
            "taken": Slot.objects.get().taken,
            "oversold": oversold,
            "ledger faults": len(ledger),
        }
        for name, count in rows.items():
            self.stdout.write(f"{name:<24}{count:>8,}")
        self.stdout.write(f"{'attempts per second':<24}{done.answers.total() / done.seconds:>8.1f}")
        self.stdout.write(f"{'claims per second':<24}{accepted / done.seconds:>8.1f}")
        faults = list(ledger)
        if oversold:
            faults.append(f"Oversold by {oversold}: the guard of claiming does not hold.")
        if claims != accepted:
            faults.append(f"{accepted} claims were confirmed, {claims} were kept.")
        if accepted + refused != attempts:
            others = {
                key: n
                for key, n in done.answers.items()
                if key not in {visitors.ACCEPTED, visitors.REFUSED}
            }
            faults.append(f"Not every attempt was answered: {others}.")
        return faults

    def _compare(self, done: visitors.Rush, *, clients: int, attempts: int) -> None:
        """Print the rate beside that of the yardstick; a ratio of one run, on whatever else the machine does."""
        if not floor.is_here():
            self.stdout.write("The yardstick is not part of this installation: no ratio.")
            return
        least = floor.rate(clients=clients, attempts=attempts, accepted=done.answers[visitors.ACCEPTED])
        self.stdout.write(f"{'floor, per second':<24}{least:>8.1f}")
        self.stdout.write(f"{'ratio to the floor':<24}{done.answers.total() / done.seconds / least:>8.2f}")
