"""Issues a Temporary Access Pass with Microsoft's own Graph SDK, pointed at Latchkey.

    pip install msgraph-sdk azure-identity
    export AZURE_TENANT_ID=… AZURE_CLIENT_ID=… AZURE_CLIENT_SECRET=…      # as the first start printed them
    python examples/issue_pass.py "Ada Example" ada@latchkey.local

The account is created if there is none. Prints the code: the only time that anybody sees it.
LATCHKEY_URL and LATCHKEY_CA tell where the server and its CA are, if not at their usual places.
"""

import asyncio
import os
import secrets
import sys

display_name, upn = sys.argv[1:]
url = os.environ.get("LATCHKEY_URL", "https://localhost:8443")
ca = os.path.abspath(os.environ.get("LATCHKEY_CA", "latchkey-data/tls/ca.pem"))
if not os.path.isfile(ca):
    sys.exit(f"There is no {ca}: set LATCHKEY_CA to the server's CA, tls/ca.pem in its data folder.")
# Both libraries must trust the local CA; they look at these when they are imported.
os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = ca

from azure.identity import ClientSecretCredential  # noqa: E402
from msgraph import GraphServiceClient  # noqa: E402
from msgraph.generated.models.o_data_errors.o_data_error import ODataError  # noqa: E402
from msgraph.generated.models.password_profile import PasswordProfile  # noqa: E402
from msgraph.generated.models.temporary_access_pass_authentication_method import (  # noqa: E402
    TemporaryAccessPassAuthenticationMethod,
)
from msgraph.generated.models.user import User  # noqa: E402

credential = ClientSecretCredential(
    os.environ["AZURE_TENANT_ID"],
    os.environ["AZURE_CLIENT_ID"],
    os.environ["AZURE_CLIENT_SECRET"],
    authority=url,
    disable_instance_discovery=True,
)
graph = GraphServiceClient(credential, scopes=["https://graph.microsoft.com/.default"])
graph.request_adapter.base_url = f"{url}/v1.0"


async def main():
    user = graph.users.by_user_id(upn)
    try:
        await user.get()
    except ODataError as error:
        if error.error.code != "Request_ResourceNotFound":
            raise
        alias = upn.split("@")[0]
        # Graph asks for a password; nobody needs to know this one.
        unknown = PasswordProfile(password=secrets.token_urlsafe(32))
        await graph.users.post(
            User(account_enabled=True, display_name=display_name, mail_nickname=alias,
                 user_principal_name=upn, password_profile=unknown)
        )
    wish = TemporaryAccessPassAuthenticationMethod(lifetime_in_minutes=60, is_usable_once=True)
    issued = await user.authentication.temporary_access_pass_methods.post(wish)
    print(f"{display_name} signs in at {url} as {upn}")
    print(f"with the Temporary Access Pass  {issued.temporary_access_pass}")
    print(f"once, within {issued.lifetime_in_minutes} minutes from {issued.start_date_time:%H:%M} UTC")


asyncio.run(main())
