"""Lets ``python -m selenograph`` do what ``selenograph`` does."""

from selenograph.cli import main

main()
