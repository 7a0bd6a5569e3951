"""An installation with its server, and those who use it."""

from support.graph import Graph
from support.pages import Visitor
from support.server import Installation


class Site:
    """A fresh installation with one server and an administrator of the Graph door."""

    def __init__(self, folder, database=None):
        self.installation = Installation.make(folder / "data", database)
        self.server = self.installation.serve()
        self._visitors = []
        self._graph = None

    @property
    def graph(self):
        if self._graph is None:
            self._graph = Graph(self.server)
        return self._graph

    def visitor(self):
        """A browser without script."""
        self._visitors.append(Visitor(self.server))
        return self._visitors[-1]

    def close(self):
        for client in [*self._visitors, *filter(None, [self._graph])]:
            client.close()
        self.server.stop()
