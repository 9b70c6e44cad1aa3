"""SHACL shapes, one file for each class."""
