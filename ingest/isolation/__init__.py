"""Parsing in child processes: what a hostile or damaged file does, it does to a process that can be lost.

Readers hand bytes from anywhere to native code (pdfium, lxml, onnxruntime). A file may crash it, never end, or ask
for all the memory there is. So a file is parsed in a child with limits (``limits``), which is killed when it oversteps
them: one file has failed, the batch goes on. Children are started as programs of their own, not forked or spawned by
``multiprocessing``: nothing of the parent (open databases, threads of the page, keys in the environment) is in them,
they work the same under every door, and no pickle is read from them. They are reused from file to file.

What comes back is JSON (``wire``), rebuilt into the frozen types by their annotations and checked: a child that was
taken over can lie about the content of a document, but it cannot choose the document's id, where it is kept, or what
the parent runs. A child is no sandbox against code that runs in it: it has the rights of the user.
"""
