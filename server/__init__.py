"""The endpoint and the pages. Flask lives here only."""
