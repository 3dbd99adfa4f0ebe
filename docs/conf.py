"""How Sphinx makes the reference site: the documents here, and pages made from the knowledge base."""

project = "Readacross"
extensions = ["myst_parser", "readacross.site"]
html_theme = "readacross"
smartquotes = False
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
