"""The page of components: there with --demo only, and good to look at."""

from support.server import Installation
from test_journey import sign_in_with_pass


def test_every_component_is_shown_by_a_demo(tmp_path, browse):
    installation = Installation.make(tmp_path / "data")
    server = installation.serve(options=["--demo"])
    window = browse(server).window()
    own = installation.admin
    sign_in_with_pass(window, own["userPrincipalName"], own["temporaryAccessPass"])
    window.expect("Security info")
    window.page.goto("/portal/components")
    window.expect("Components")
    window.look("portal-components")
    assert window.errors == []
    server.stop()


def test_no_other_server_has_it(site):
    visitor = site.visitor()
    assert visitor.open("/portal/components").status == 404
