"""rdflib-endpoint over a dump, for uvicorn.

Its own command makes the default graph the union of all graphs, and so would answer otherwise.
"""

import os

from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint

data = Dataset()
data.parse(os.environ["BENCH_DUMP"], format="nquads")
app = SparqlEndpoint(graph=data, path="/sparql")
