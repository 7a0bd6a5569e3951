"""Issues a Temporary Access Pass with Microsoft's own Graph SDK, pointed at Latchkey.

    pip install msgraph-sdk azure-identity
    latchkey init --data latchkey-data --domain example.com --admin admin@example.com --json > first.json
    latchkey serve --data latchkey-data &
    python examples/issue_pass.py first.json "Ada Lovelace" ada@example.com

The account is created if there is none. Prints the code: the only time that anybody sees it.
"""

import asyncio
import json
import os
import secrets
import sys

first = json.load(open(sys.argv[1]))
display_name, upn = sys.argv[2], sys.argv[3]
url = os.environ.get("LATCHKEY_URL", first["url"])
# Both libraries must trust the local CA; they look at these when they are imported.
os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = first["caCertificate"]

from azure.identity import ClientSecretCredential  # noqa: E402
from msgraph import GraphServiceClient  # noqa: E402
from msgraph.generated.models.o_data_errors.o_data_error import ODataError  # noqa: E402
from msgraph.generated.models.password_profile import PasswordProfile  # noqa: E402
from msgraph.generated.models.temporary_access_pass_authentication_method import (  # noqa: E402
    TemporaryAccessPassAuthenticationMethod,
)
from msgraph.generated.models.user import User  # noqa: E402

credential = ClientSecretCredential(
    first["tenantId"],
    first["application"]["clientId"],
    first["application"]["clientSecret"],
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
    print(f"once, until {issued.lifetime_in_minutes} minutes from {issued.start_date_time:%H:%M} UTC")


asyncio.run(main())
