"""Who has agreed to what on the Moon and beyond, when, and who says so."""
