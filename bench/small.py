"""Fills the database in DATABASE_URL with so many listings for a search, and says how a street's staff is signed in."""

import json
import sys

import django


def main() -> None:
    django.setup()
    # Models can be imported only now.
    from bench import data, search

    count = int(sys.argv[1])
    data.fill(data.Size(listings=count * 3 // 10, claims=count // 2))
    sys.stdout.write(json.dumps(search.fill(count)) + "\n")


if __name__ == "__main__":
    main()
