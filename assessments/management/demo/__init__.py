"""The demo: a fictional district whose streets have walked the whole line."""
