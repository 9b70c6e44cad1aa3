"""The pipeline: files in, one checked and reconciled release out. It knows no Flask."""
