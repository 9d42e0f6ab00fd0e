"""The pages in the order of the menu: the script in ``kb/views``, whose name is the address, and its sign."""

PAGES = {
    "chat": ":material/forum:",
    "library": ":material/library_books:",
    "matrix": ":material/table_chart:",
    "targets": ":material/target:",
    "lessons": ":material/school:",
    "evaluation": ":material/rule:",
    "admin": ":material/admin_panel_settings:",
}
FIRST = "chat"  # stands at the root of the site
ADDRESSES = frozenset("/" if name == FIRST else f"/{name}" for name in PAGES)
