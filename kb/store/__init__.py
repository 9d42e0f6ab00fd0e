"""KEEP: documents, their vectors and their full text in one home folder. SQLite is the truth, Chroma an index over it.

``registry`` keeps and finds documents, ``lexical`` searches words, ``vectors`` searches meanings. sqlite3 lives in
this package only, chromadb in ``chroma`` only. Importing this package loads neither chromadb nor numpy.
"""
