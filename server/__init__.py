"""The endpoint and the pages. Flask lives here only."""

from flask import Flask

from selenograph.graph import release
from selenograph.server import errors, links, pages, resources, sparql, stored
from selenograph.server.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Return the application that serves the current release of a folder.

    Raises NoRelease where the folder holds none.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.largest_request
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.largest_request
    current = release.current(settings.releases)
    app.extensions["release"] = current
    app.extensions["store"] = current.open()
    errors.init_app(app)
    links.init_app(app)
    for module in (pages, sparql, stored, resources):
        app.register_blueprint(module.blueprint)
    return app
