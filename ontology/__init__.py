"""The vocabulary: terms, concept schemes, alignments, and the rules of the record."""
