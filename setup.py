"""Builds afresh: setuptools keeps files in build/ that have been deleted since the last build."""

import shutil

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildAfresh(build_py):
    """Copies the packages, with nothing there before."""

    def run(self) -> None:
        """Copy the packages."""
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()


setup(cmdclass={"build_py": BuildAfresh})
