"""Problems a user can mend.

PolicyError                     one Chinese line: what failed, where, what to do
├── UnreadableFile              a file that cannot become a document
│   ├── EmptyFile               0 bytes, or no text in it
│   ├── EncryptedFile           needs a password
│   ├── UnknownFormat           no reader for this content, or content and suffix disagree
│   └── NoTextLayer             pages without text (scans)
├── ManifestError               corpus/manifest.jsonl is wrong
└── (see kb.errors for the other half)

Doors (command line, page) catch PolicyError once and print it; anything else is a programming error and stays loud.
"""

from __future__ import annotations


class PolicyError(Exception):
    """A problem the user can mend; ``str(error)`` is the Chinese line to show."""


class UnreadableFile(PolicyError):
    """The file cannot be read as a document."""


class EmptyFile(UnreadableFile):
    """The file holds no text."""


class EncryptedFile(UnreadableFile):
    """The file needs a password."""


class UnknownFormat(UnreadableFile):
    """No reader takes this content."""


class NoTextLayer(UnreadableFile):
    """The pages hold pictures only."""


class ManifestError(PolicyError):
    """The corpus manifest is wrong."""
