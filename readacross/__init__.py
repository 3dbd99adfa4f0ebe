"""Readacross: who says what, with exact quotes."""
