"""The command line: parse arguments, call one KnowledgeBase method, print.

Machine output (``--json``) goes to stdout, messages and progress to stderr. Exit codes: 0 success, 1 a problem the user
can mend (one line in Chinese), 2 wrong usage. No traceback without ``--debug``.
"""

from kb.cli import accounts, asking, audit, evaluation, ledgers, library, serving, upkeep
from kb.cli.frame import main

__all__ = ["accounts", "asking", "audit", "evaluation", "ledgers", "library", "main", "serving", "upkeep"]
