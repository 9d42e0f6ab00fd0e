"""The knowledge base's half of the error tree (the other half is ``ingest.errors``).

PolicyError                     one Chinese line: what failed, where, what to do
├── UnknownDocument             no document has this id, 文号 or title
├── UnknownClause               the document has no such address
├── EmptyQuestion               nothing to answer
├── Interrupted                 stopped by the user; what was filed stays
├── BadInput                    a file or line handed to a command cannot be used
├── SettingsError               an unknown or malformed setting
├── StoreLocked                 another process holds the vector index
├── StoreDamaged                the SQLite file is no database, or damaged
├── StoreUnusable               a store cannot be used as it is: made by a newer program, or disk or rights fail
├── NotSignedIn                 no account: wrong password, ended session, unknown token, too many failures
├── NotAllowed                  the role of the account does not allow it
├── FetchFailed                 an official text cannot be downloaded, or is not the one named
└── ModelUnavailable            an embedding or chat model that was configured cannot be had
"""

from __future__ import annotations

from ingest.errors import PolicyError


class UnknownDocument(PolicyError):
    """No document has this id, 文号 or exact title."""


class UnknownClause(PolicyError):
    """The document has no clause with this address."""


class UnknownConversation(PolicyError):
    """There is no such conversation or answer, or it is another's."""


class EmptyQuestion(PolicyError):
    """The question holds no words."""


class BadInput(PolicyError):
    """A file or line handed to a command cannot be used."""


class Interrupted(PolicyError):
    """The user stopped a run; what was filed stays."""


class SettingsError(PolicyError):
    """A setting is unknown or malformed."""


class NotSignedIn(PolicyError):
    """Nobody is signed in: a wrong password, an ended session, an unknown token, or too many failures."""


class NotAllowed(PolicyError):
    """The role of the account does not allow it."""


class StoreLocked(PolicyError):
    """Another process writes to this knowledge base."""


class StoreDamaged(PolicyError):
    """The database file is no database, or damaged."""


class StoreUnusable(PolicyError):
    """A store cannot be used as it is: made by a newer program, or the disk or its rights fail."""


class ModelUnavailable(PolicyError):
    """A configured embedding or chat model cannot be loaded or reached."""


class FetchFailed(PolicyError):
    """An official text cannot be downloaded, or what was downloaded is not the document named."""
